"""Discord's OpenAPI file as a judge of request bodies."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.discord_double.rules import Problem

_URN = "urn:discord"


def find_specification() -> Path | None:
    """Discord's OpenAPI file where it lies beside the repository, or None."""
    path = Path(__file__).resolve().parents[2].parent / "shared" / "discord" / "openapi.json"
    return path if path.is_file() else None


@lru_cache(maxsize=2)
def load_specification(path: Path) -> "Specification":
    return Specification(json.loads(path.read_text("utf-8")))


class Specification:
    """Judges request bodies by Discord's OpenAPI document (3.1).

    Two places of the document are stricter than Discord. Its alternatives overlap (a partial message update
    also fits a message), so `oneOf` is read as `anyOf`. Its snowflakes are strings, while Discord
    also takes integers, so both are let through.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = _loosened(document)
        self._document["components"]["schemas"]["SnowflakeType"] = {
            "type": ["string", "integer"],
            "pattern": "^(0|[1-9][0-9]*)$",
            "minimum": 0,
        }
        resource = DRAFT202012.create_resource(self._document)
        self._registry: Registry[Any] = Registry().with_resource(_URN, resource)
        self._validators: dict[str, Draft202012Validator | None] = {}

    def problem(self, method: str, path: str, body: object) -> Problem | None:
        """What is wrong with a JSON `body` sent to the path template, or None."""
        validator = self._validator(method.lower(), path)
        error = next(validator.iter_errors(body), None) if validator else None
        if error is None:
            return None
        error = _innermost(error)
        where = ".".join(str(part) for part in error.absolute_path)
        return Problem(where or "body", _shortened(error.message))

    def _validator(self, method: str, path: str) -> Draft202012Validator | None:
        key = f"{method} {path}"
        if key not in self._validators:
            self._validators[key] = self._compile(method, path)
        return self._validators[key]

    def _compile(self, method: str, path: str) -> Draft202012Validator | None:
        operation = self._document["paths"].get(path, {}).get(method, {})
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            return None
        steps = ("paths", path, method, "requestBody", "content", "application/json", "schema")
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        pointer = pointer.replace("{", "%7B").replace("}", "%7D")
        return Draft202012Validator({"$ref": f"{_URN}#/{pointer}"}, registry=self._registry)


def _innermost(error: ValidationError) -> ValidationError:
    """The error within the alternative that was meant: the one whose `type` fits."""
    while error.context:
        alternatives: dict[object, list[ValidationError]] = {}
        for cause in error.context:
            alternatives.setdefault(cause.relative_schema_path[0], []).append(cause)
        meant = [causes for causes in alternatives.values() if not any(map(_misfit, causes))]
        if not meant:
            break
        error = meant[0][0]
    return error


def _misfit(error: ValidationError) -> bool:
    return error.validator in ("enum", "const", "type") and list(error.relative_path) in ([], ["type"])


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:60]}...{text[-120:]}"


def _loosened(node: Any) -> Any:
    """A copy in which every `oneOf` reads `anyOf` and references name the document."""
    if isinstance(node, list):
        return [_loosened(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {("anyOf" if key == "oneOf" else key): _loosened(value) for key, value in node.items()}
