"""Sentences that people are told and that somebody above may say in their language."""

from typing import Any, Self


class Wording(str):
    """An English sentence that knows its template and the values in it.

    Values are texts, other wordings, or numbers, whose thousands are grouped.
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: str | float) -> Self:
        shown = {name: value if isinstance(value, str) else f"{value:,}" for name, value in values.items()}
        wording = super().__new__(cls, template.format(**shown))
        wording.template, wording.values = template, values
        return wording

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.template,), self.values
