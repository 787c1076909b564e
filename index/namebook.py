"""What a question's words can be compared with: the names that articles hold. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameBook:
    """The names of one scope's articles."""


NO_NAMES = NameBook()
