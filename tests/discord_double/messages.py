"""Messages as Discord keeps them, and their files."""

import mimetypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.discord_double import rules
from tests.discord_double.rules import Json

if TYPE_CHECKING:
    from tests.discord_double.people import Channel, User
    from tests.discord_double.server import DiscordDouble

DEFAULT_MESSAGE, REPLY_MESSAGE, COMMAND_MESSAGE = 0, 19, 20


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person hands in. `size` is what Discord says of it, where that differs from the truth."""

    name: str
    data: bytes
    content_type: str | None = None
    size: int | None = None

    @property
    def described_type(self) -> str:
        return self.content_type or mimetypes.guess_type(self.name)[0] or "application/octet-stream"


@dataclass(eq=False)
class Message:
    """A message; edits show at once. `data` is Discord's own payload."""

    data: Json
    channel: "Channel"
    files: dict[str, bytes] = field(default_factory=dict)
    deleted: bool = False

    @property
    def id(self) -> int:
        return int(self.data["id"])

    @property
    def content(self) -> str:
        return str(self.data["content"])

    @property
    def embeds(self) -> list[Json]:
        return list(self.data["embeds"])

    @property
    def components(self) -> list[Json]:
        return list(self.data["components"])

    @property
    def ephemeral(self) -> bool:
        return bool(self.data["flags"] & rules.EPHEMERAL)

    @property
    def answers(self) -> int | None:
        """The id of the message that this one replies to."""
        reference = self.data.get("message_reference")
        return int(reference["message_id"]) if reference else None

    @property
    def text(self) -> str:
        """All that can be read in it, a line for each part."""
        parts: list[Any] = [self.content]
        for embed in self.embeds:
            parts += [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
            for item in embed.get("fields") or []:
                parts += [item["name"], item["value"]]
            parts.append((embed.get("footer") or {}).get("text"))
        parts += [c.get("content") for _, c in rules.walk(self.components) if c["type"] == rules.TEXT_DISPLAY]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons that can be clicked, in their order."""
        return [c.get("label") or "" for _, c in rules.walk(self.components) if _is_button(c)]


def _is_button(component: Json) -> bool:
    return component["type"] == rules.BUTTON and not component.get("disabled")


def new_message(
    double: "DiscordDouble",
    channel: "Channel",
    author: "User",
    body: Json,
    files: dict[str, bytes],
    **more: Any,
) -> Message:
    """A message of `author`, kept by the double. `more` goes into Discord's payload as it is."""
    data: Json = {
        "id": str(double.snowflakes.next()),
        "channel_id": str(channel.id),
        "author": author.payload(),
        "content": "",
        "timestamp": double.clock.now().isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": DEFAULT_MESSAGE,
        "flags": 0,
    }
    message = Message(data | more, channel)
    write(double, message, body, files)
    double.messages[message.id] = message
    return message


def write(double: "DiscordDouble", message: Message, body: Json, files: dict[str, bytes]) -> None:
    """Put what `body` names into the message, and leave the rest as it was."""
    data = message.data
    if "content" in body:
        data["content"] = body["content"] or ""
    if "embeds" in body:
        data["embeds"] = [{"type": "rich"} | embed for embed in body["embeds"] or []]
    if "components" in body:
        data["components"] = body["components"] or []
    if body.get("flags") is not None:
        data["flags"] = body["flags"] | data["flags"] & rules.EPHEMERAL
    if "attachments" in body:
        kept = {str(item["id"]) for item in body["attachments"] or []}
        data["attachments"] = [item for item in data["attachments"] if item["id"] in kept]
    for name, content in files.items():
        data["attachments"].append(upload(double, Attachment(name, content)))
        message.files[name] = content


def upload(double: "DiscordDouble", attachment: Attachment) -> Json:
    """Discord's payload for a file, which the double serves from now on."""
    number = double.snowflakes.next()
    url = double.serve_file(
        f"attachments/{number}/{attachment.name}", attachment.data, attachment.described_type
    )
    return {
        "id": str(number),
        "filename": attachment.name,
        "content_type": attachment.described_type,
        "size": len(attachment.data) if attachment.size is None else attachment.size,
        "url": url,
        "proxy_url": url,
    }
