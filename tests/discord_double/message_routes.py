"""Routes for messages in channels."""

from typing import TYPE_CHECKING

from discord import Permissions

from tests.discord_double import rules
from tests.discord_double.messages import REPLY_MESSAGE, Message, new_message
from tests.discord_double.people import Channel
from tests.discord_double.routing import (
    INVALID_BODY,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NO_HISTORY,
    NOT_AUTHOR,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Answer,
    RefusedError,
    Request,
    route,
)
from tests.discord_double.rules import Json, Problem
from tests.discord_double.sending import check_sendable, delete, edit, message_rules

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble


@route("channel", "GET", "/channels/{channel_id}")
async def _get_channel(double: "DiscordDouble", request: Request) -> Answer:
    return 200, _channel(double, request).payload()


@route("typing", "POST", "/channels/{channel_id}/typing")
async def _typing(double: "DiscordDouble", request: Request) -> Answer:
    _require(_channel(double, request), Permissions(send_messages=True))
    return 204, None


@route("message", "POST", "/channels/{channel_id}/messages", message_rules)
async def _send_message(double: "DiscordDouble", request: Request) -> Answer:
    channel, body = _channel(double, request), request.body
    _require(channel, Permissions(send_messages=True))
    if body.get("embeds"):
        _require(channel, Permissions(embed_links=True))
    if request.files:
        _require(channel, Permissions(attach_files=True))
    if (body.get("flags") or 0) & rules.EPHEMERAL:
        raise double.refusal(request, Problem("flags", "Only answers to interactions can be ephemeral"))
    if (sent := _sent_before(double, channel, body)) is not None:
        return 200, double.readable(sent)
    more = _reference(double, channel, body["message_reference"]) if body.get("message_reference") else {}
    check_sendable(double, request, body)
    if body.get("nonce") is not None:
        more["nonce"] = body["nonce"]
    message = new_message(double, channel, double.bot, body, request.files, **more)
    double.announce("MESSAGE_CREATE", message)
    return 200, double.readable(message)


def _sent_before(double: "DiscordDouble", channel: Channel, body: Json) -> Message | None:
    """The message of the last minutes that came with the same nonce, where the client asks for that."""
    if not body.get("enforce_nonce") or body.get("nonce") is None:
        return None
    same = [m for m in channel.messages if m.data.get("nonce") == body["nonce"]]
    own = [m for m in same if m.data["author"]["id"] == str(double.bot.id)]
    return own[-1] if own else None


def _reference(double: "DiscordDouble", channel: Channel, reference: Json) -> Json:
    """What a reply holds of the message that it answers."""
    answered = double.messages.get(int(reference["message_id"]))
    if answered is None or answered.deleted or answered.channel is not channel:
        if reference.get("fail_if_not_exists", True):
            problem = Problem("message_reference", "Unknown message")
            raise RefusedError(400, INVALID_BODY, "Invalid Form Body", (problem,))
        return {}
    _require(channel, Permissions(read_message_history=True), NO_HISTORY)
    kept = {"message_id": str(answered.id), "channel_id": str(channel.id), "type": 0}
    if channel.guild:
        kept["guild_id"] = str(channel.guild.id)
    return {"type": REPLY_MESSAGE, "message_reference": kept}


@route("messages", "GET", "/channels/{channel_id}/messages")
async def _list_messages(double: "DiscordDouble", request: Request) -> Answer:
    channel = _channel(double, request)
    _require(channel, Permissions(read_message_history=True))
    before, after = int(request.query.get("before", 1 << 63)), int(request.query.get("after", 0))
    found = [m for m in channel.messages if not m.ephemeral and after < m.id < before]
    limit = int(request.query.get("limit", 50))
    # Newest first; with `after`, those that follow it closest.
    shown = found[:limit] if "after" in request.query else found[-limit:]
    return 200, [double.readable(message) for message in reversed(shown)]


@route("message.get", "GET", "/channels/{channel_id}/messages/{message_id}")
async def _get_message(double: "DiscordDouble", request: Request) -> Answer:
    message = _message(double, request)
    _require(message.channel, Permissions(read_message_history=True))
    return 200, double.readable(message)


@route("message.edit", "PATCH", "/channels/{channel_id}/messages/{message_id}", message_rules)
async def _edit_message(double: "DiscordDouble", request: Request) -> Answer:
    message = _message(double, request)
    if message.data["author"]["id"] != str(double.bot.id):
        raise RefusedError(403, NOT_AUTHOR, "Cannot edit a message authored by another user")
    edit(double, request, message, request.body)
    return 200, double.readable(message)


@route("message.delete", "DELETE", "/channels/{channel_id}/messages/{message_id}")
async def _delete_message(double: "DiscordDouble", request: Request) -> Answer:
    message = _message(double, request)
    if message.data["author"]["id"] != str(double.bot.id):
        _require(message.channel, Permissions(manage_messages=True))
    delete(double, message)
    return 204, None


def _channel(double: "DiscordDouble", request: Request) -> Channel:
    channel = double.channel(int(request.parameters["channel_id"]))
    if channel is None:
        raise RefusedError(404, UNKNOWN_CHANNEL, "Unknown Channel")
    _require(channel, Permissions(view_channel=True), MISSING_ACCESS)
    return channel


def _message(double: "DiscordDouble", request: Request) -> Message:
    channel = _channel(double, request)
    message = double.messages.get(int(request.parameters["message_id"]))
    if message is None or message.deleted or message.channel is not channel or message.ephemeral:
        raise RefusedError(404, UNKNOWN_MESSAGE, "Unknown Message")
    return message


def _require(channel: Channel, wanted: Permissions, code: int = MISSING_PERMISSIONS) -> None:
    if channel.guild and ~channel.guild.me.permissions_in(channel) & wanted.value:
        raise RefusedError(403, code, "Missing Access" if code == MISSING_ACCESS else "Missing Permissions")
