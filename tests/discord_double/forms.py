"""Modals as a person fills them in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.discord_double import rules
from tests.discord_double.commands import InputRefusedError
from tests.discord_double.messages import Attachment, upload
from tests.discord_double.rules import Json

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble


class Form:
    """A modal that is being filled in."""

    def __init__(self, double: "DiscordDouble", given: Mapping[str, Any], validate: bool) -> None:
        self._double = double
        self._given = {_key(name): value for name, value in given.items()}
        self._validate = validate
        self._problems: list[str] = []
        self._used: set[str] = set()
        self._offered: list[str] = []
        self.resolved: Json = {}

    def filled(self, components: Sequence[Json], label: str = "") -> list[Json]:
        """The components as Discord sends them back."""
        sent = []
        for component in components:
            shell = {"type": component["type"]}
            if component["type"] == rules.LABEL:
                inner = self.filled([component["component"]], component["label"])
                sent.append(shell | {"component": inner[0]})
            elif component["type"] == rules.ACTION_ROW:
                sent.append(shell | {"components": self.filled(component["components"])})
            elif component.get("custom_id"):
                value = self._value(component, component.get("label") or label)
                sent.append(shell | {"custom_id": component["custom_id"]} | value)
            else:
                sent.append(shell)
        return sent

    def refuse_problems(self) -> None:
        unknown = [name for name in self._given if name not in self._used]
        if unknown:
            raise InputRefusedError(f"The modal has no field {unknown}, only {self._offered}.")
        if self._problems and self._validate:
            raise InputRefusedError(f"Discord's client would not send this: {'; '.join(self._problems)}.")

    def _value(self, component: Json, label: str) -> Json:
        names = [name for name in (_key(component["custom_id"]), _key(label)) if name in self._given]
        self._used.update(names)
        self._offered.append(label)
        if component["type"] == rules.TEXT_INPUT:
            text = self._given[names[0]] if names else component.get("value") or ""
            self._problems += [f"{label}: {why}" for why in _text_problems(component, text)]
            return {"value": text}
        values = self._given[names[0]] if names else []
        if not values and component.get("required", True):
            self._problems.append(f"{label} is required")
        values = [values] if isinstance(values, str | Attachment) else values
        return {"values": [self._uploaded(value) for value in values]}

    def _uploaded(self, value: str | Attachment) -> str:
        if isinstance(value, str):
            return value
        payload = upload(self._double, value)
        self.resolved[payload["id"]] = payload
        return str(payload["id"])


def _key(name: str) -> str:
    return name.casefold().replace("_", " ").strip()


def _text_problems(component: Json, text: str) -> Iterator[str]:
    required = component.get("required") is not False
    if required and not text.strip():
        yield "is required"
    if text and len(text) < (component.get("min_length") or 0):
        yield "is too short"
    if len(text) > (component.get("max_length") or rules.MAX_TEXT_INPUT):
        yield "is too long"
