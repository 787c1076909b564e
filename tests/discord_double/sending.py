"""What every message of the bot goes through, wherever it is sent."""

from typing import TYPE_CHECKING

from tests.discord_double import rules
from tests.discord_double.messages import Message, write
from tests.discord_double.routing import EMPTY_MESSAGE, RefusedError, Request
from tests.discord_double.rules import Json, Problems

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble


def message_rules(request: Request) -> Problems:
    return rules.message_problems(request.body, attached=len(request.files))


def check_sendable(
    double: "DiscordDouble",
    request: Request,
    body: Json,
    default_pings: tuple[str, ...] = ("everyone", "users", "roles"),
) -> None:
    """A new message shows something and pings nobody."""
    if rules.is_empty(body, attached=len(request.files)):
        double.breach(request, "the message is empty")
        raise RefusedError(400, EMPTY_MESSAGE, "Cannot send an empty message")
    for ping in rules.pings(body, default=default_pings):
        double.breach(request, f"the message pings {ping}")


def edit(double: "DiscordDouble", request: Request, message: Message, body: Json) -> None:
    after = message.data | body
    if rules.is_empty(after, attached=len(request.files)):
        double.breach(request, "nothing is left of the message")
        raise RefusedError(400, EMPTY_MESSAGE, "Cannot send an empty message")
    for ping in rules.pings(body):
        double.breach(request, f"the message pings {ping}")
    write(double, message, body, request.files)
    message.data["edited_timestamp"] = double.clock.now().isoformat()
    double.announce("MESSAGE_UPDATE", message)


def delete(double: "DiscordDouble", message: Message) -> None:
    message.deleted = True
    double.announce("MESSAGE_DELETE", message)
