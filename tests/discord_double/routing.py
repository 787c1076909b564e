"""Requests, refusals, and the table of routes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.discord_double.rules import Json, Problem, Problems

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble

INVALID_BODY, EMPTY_MESSAGE = 50035, 50006
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10003, 10008, 10015, 10062
ALREADY_ACKNOWLEDGED, INVALID_WEBHOOK_TOKEN, NOT_AUTHOR = 40060, 50027, 50005
INVALID_JSON = 50109
MISSING_ACCESS, MISSING_PERMISSIONS, NO_HISTORY, TOO_LARGE = 50001, 50013, 160002, 40005


class RefusedError(Exception):
    """Discord's answer to a request that it does not serve."""

    def __init__(self, status: int, code: int, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"code": code, "message": message}
        if problems:
            self.body["errors"] = _nested(problems)


@dataclass(eq=False)
class Request:
    """A request of the client; `status` is what it was answered, None where it wasn't."""

    route: str
    method: str
    template: str
    path: str
    query: Mapping[str, str]
    parameters: Mapping[str, str]
    at_s: float
    body: Any = None
    files: dict[str, bytes] = field(default_factory=dict)
    status: int | None = None
    code: int | None = None

    def __str__(self) -> str:
        code = f" {self.code}" if self.code else ""
        return f"{self.method} {self.path[:90]} [{self.route}] -> {self.status}{code}"


Answer = tuple[int, Any]
Handler = Callable[["DiscordDouble", Request], Awaitable[Answer]]
Rules = Callable[[Request], Problems]


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    method: str
    template: str
    handler: Handler
    rules: Rules | None


ROUTES: list[Route] = []


def route(name: str, method: str, template: str, rules: Rules | None = None) -> Callable[[Handler], Handler]:
    """Serve a path template of Discord's OpenAPI file; `name` is what faults call it."""

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(name, method, template, handler, rules))
        return handler

    return register


def _nested(problems: tuple[Problem, ...]) -> Json:
    """Discord's tree of errors: the path's parts, then `_errors`."""
    tree: Json = {}
    for problem in problems:
        node = tree
        for part in filter(None, problem.path.split(".")):
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": "INVALID", "message": problem.message})
    return tree
