"""Interactions: what Discord keeps of one, and what a person sees of it."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.discord_double import rules
from tests.discord_double.commands import InputRefusedError
from tests.discord_double.forms import Form
from tests.discord_double.messages import Message
from tests.discord_double.rules import Json

if TYPE_CHECKING:
    from tests.discord_double.people import Channel, Member, Role
    from tests.discord_double.server import DiscordDouble

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9

Wait = Literal["answer", "acknowledgement", "nothing"]


@dataclass(eq=False)
class Interaction:
    """What Discord keeps of an interaction.

    `data` is what was chosen or typed, `source` the message whose component was used, `original` the message
    of the first answer. `loading` is true between a deferral and the answer; `changes` counts what came
    after the acknowledgement.
    """

    double: "DiscordDouble"
    id: int
    token: str
    kind: int
    member: "Member"
    channel: "Channel"
    started_s: float
    data: Json
    source: Message | None
    acknowledgement: int | None = None
    acknowledged_with: Json | None = None
    loading: bool = False
    changes: int = 0
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether the person has something to see beyond "is thinking"."""
        if self.acknowledgement in (DEFERRED_MESSAGE, DEFERRED_UPDATE):
            return self.changes > 0
        return self.acknowledgement is not None

    def metadata(self) -> Json:
        owners = {"0": str(self.channel.guild.id)} if self.channel.guild else {}
        more = {"interacted_message_id": str(self.source.id)} if self.source else {}
        return {
            "id": str(self.id),
            "type": self.kind,
            "user": self.member.user.payload(),
            "authorizing_integration_owners": owners,
        } | more


@dataclass(eq=False)
class Reply:
    """What a person sees of an interaction, or the bot's answer to a message: always the present state."""

    double: "DiscordDouble"
    interaction: Interaction | None = None
    answer: Message | None = None

    @property
    def messages(self) -> list[Message]:
        """The first answer, then the follow-ups; without those that were deleted."""
        if self.interaction is None:
            found = [self.answer]
        else:
            found = [self.interaction.original, *self.interaction.followups]
        return [message for message in found if message is not None and not message.deleted]

    @property
    def message(self) -> Message:
        shown = self.messages
        if not shown:
            raise AssertionError(f"There is no message to see.\n{self.double.describe()}")
        return shown[0]

    @property
    def content(self) -> str:
        return self.message.content

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages)

    @property
    def embeds(self) -> list[Json]:
        return self.message.embeds

    @property
    def components(self) -> list[Json]:
        return self.message.components

    @property
    def buttons(self) -> list[str]:
        return self.message.buttons

    @property
    def files(self) -> dict[str, bytes]:
        return self.message.files

    @property
    def ephemeral(self) -> bool:
        return self.message.ephemeral

    @property
    def acknowledged(self) -> bool:
        return self.interaction is not None and self.interaction.acknowledgement is not None

    @property
    def deferred(self) -> bool:
        """Whether the bot first asked for time."""
        deferrals = (DEFERRED_MESSAGE, DEFERRED_UPDATE)
        return self.interaction is not None and self.interaction.acknowledgement in deferrals

    @property
    def modal(self) -> Json | None:
        return self.interaction.modal if self.interaction else None

    @property
    def choices(self) -> list[Json]:
        return self.interaction.choices if self.interaction else []

    async def wait(self, until: Wait = "answer") -> "Reply":
        """Wait until the bot acknowledged, or until there is an answer to see (a modal counts)."""
        if until == "answer":
            return await self.until(lambda reply: reply.interaction is None or reply.interaction.answered)
        if until == "acknowledgement":
            return await self.until(lambda reply: reply.acknowledged)
        return self

    async def until(self, condition: "Callable[[Reply], bool]", timeout_s: float | None = None) -> "Reply":
        """Wait until what this person sees fits `condition`."""
        await self.double.until(lambda: condition(self), "the reply to be as expected", timeout_s)
        return self

    async def followup(self, number: int = 1, timeout_s: float | None = None) -> Message:
        """The `number`th follow-up message, once it is there."""
        interaction = self.interaction
        assert interaction is not None, "only interactions have follow-ups"
        await self.double.until(
            lambda: len(interaction.followups) >= number, f"follow-up {number}", timeout_s
        )
        return interaction.followups[number - 1]

    async def click(
        self,
        member: "Member",
        label: str | None = None,
        *,
        custom_id: str | None = None,
        wait: Wait = "answer",
    ) -> "Reply":
        """Click a button of this reply's messages; the newest message that has it counts."""
        for message in reversed(self.messages):
            if any(_matches(button, label, custom_id) for button in _buttons(message)):
                return await click(member, message, label, custom_id=custom_id, wait=wait)
        raise InputRefusedError(f"No button {label or custom_id!r} in {[m.buttons for m in self.messages]}.")

    async def select(self, member: "Member", values: Sequence[str], *, wait: Wait = "answer") -> "Reply":
        """Choose `values` in the select menu of this reply."""
        menus = [c for _, c in rules.walk(self.components) if c["type"] == rules.STRING_SELECT]
        if not menus or not set(values) <= {option["value"] for option in menus[0]["options"]}:
            raise InputRefusedError(f"There is no menu with {values}: {menus}.")
        return await _use(member, self.message, menus[0], wait, values=list(values))

    async def pick(
        self, member: "Member", custom_id: str, *chosen: "Role | Channel", wait: Wait = "answer"
    ) -> "Reply":
        """Choose roles or channels in one of the menus of this reply."""
        return await pick(member, self.message, custom_id, *chosen, wait=wait)

    async def submit(
        self,
        member: "Member",
        fields: Mapping[str, Any] | None = None,
        /,
        *,
        validate: bool = True,
        wait: Wait = "answer",
        **more: Any,
    ) -> "Reply":
        """Fill in the modal of this reply: fields by `custom_id` or label, in any case, `_` for a space."""
        if self.interaction is None or self.interaction.modal is None:
            raise InputRefusedError(f"There is no modal to fill in.\n{self.double.describe()}")
        given = {**(fields or {}), **more}
        form = Form(self.double, given, validate)
        components = form.filled(self.interaction.modal["components"])
        form.refuse_problems()
        data = {"custom_id": self.interaction.modal["custom_id"], "components": components}
        if form.resolved:
            data["resolved"] = {"attachments": form.resolved}
        source = self.interaction.source
        return await start(member, self.interaction.channel, MODAL_SUBMIT, data, source).wait(wait)


async def click(
    member: "Member",
    message: Message,
    label: str | None = None,
    *,
    custom_id: str | None = None,
    validate: bool = True,
    wait: Wait = "answer",
) -> Reply:
    """Click a button of any message, also of one from before the bot was restarted.

    Without `validate`, also what is not for this person to see, and buttons that the message doesn't have.
    """
    found = [button for button in _buttons(message) if _matches(button, label, custom_id)]
    if not validate and custom_id is not None:
        found = found or [{"type": rules.BUTTON, "custom_id": custom_id}]
    elif message.deleted or (message.ephemeral and not _sees(member, message)):
        raise InputRefusedError("This person does not see that message.")
    if not found:
        raise InputRefusedError(f"No button {label or custom_id!r}, only {message.buttons}.")
    return await _use(member, message, found[0], wait)


async def pick(
    member: "Member", message: Message, custom_id: str, *chosen: "Role | Channel", wait: Wait = "answer"
) -> Reply:
    """Choose roles or channels in a menu of any message, also of one from before the bot was restarted."""
    everything = [component for _, component in rules.walk(message.components)]
    menu = next(component for component in everything if component.get("custom_id") == custom_id)
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    kinds = {"Role": rules.ROLE_SELECT, "Channel": rules.CHANNEL_SELECT}
    wrong = [one for one in chosen if kinds[type(one).__name__] != menu["type"]]
    if wrong or not least <= len(chosen) <= most:
        raise InputRefusedError(f"{menu} does not take {chosen}.")
    kind = "roles" if menu["type"] == rules.ROLE_SELECT else "channels"
    resolved = {kind: {str(one.id): one.payload() | _permissions(one, member) for one in chosen}}
    values = [str(one.id) for one in chosen]
    return await _use(member, message, menu, wait, values=values, resolved=resolved if chosen else {})


def _permissions(one: "Role | Channel", member: "Member") -> Json:
    """What Discord says of a channel besides what it is: the member's permissions there."""
    return {} if hasattr(one, "permissions") else {"permissions": str(member.permissions_in(one))}


def _sees(member: "Member", message: Message) -> bool:
    return bool(message.data["interaction_metadata"]["user"]["id"] == str(member.id))


def _buttons(message: Message) -> list[Json]:
    """The buttons that send something when clicked."""
    everything = [component for _, component in rules.walk(message.components)]
    return [
        c for c in everything if c["type"] == rules.BUTTON and c.get("custom_id") and not c.get("disabled")
    ]


def _matches(button: Json, label: str | None, custom_id: str | None) -> bool:
    return (label is None or button.get("label") == label) and custom_id in (None, button["custom_id"])


async def _use(member: "Member", message: Message, component: Json, wait: Wait, **more: Any) -> Reply:
    data = {"custom_id": component["custom_id"], "component_type": component["type"], **more}
    return await start(member, message.channel, COMPONENT, data, message).wait(wait)


def start(
    member: "Member", channel: "Channel", kind: int, data: Json, source: Message | None = None
) -> Reply:
    """Send an interaction to the bot."""
    double = member.double
    interaction = Interaction(
        double=double,
        id=double.snowflakes.next(),
        token=secrets.token_urlsafe(32),
        kind=kind,
        member=member,
        channel=channel,
        started_s=double.clock.monotonic(),
        data=data,
        source=source,
    )
    double.gateway.require_connection()
    double.interactions[interaction.token] = interaction
    double.gateway.dispatch("INTERACTION_CREATE", _payload(interaction))
    return Reply(double, interaction)


def _payload(interaction: Interaction) -> Json:
    member, channel, guild = interaction.member, interaction.channel, interaction.channel.guild
    payload: Json = {
        "id": str(interaction.id),
        "application_id": str(interaction.double.application_id),
        "type": interaction.kind,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": channel.payload() | {"permissions": str(member.permissions_in(channel))},
        "locale": member.user.locale,
        "entitlements": [],
        "authorizing_integration_owners": interaction.metadata()["authorizing_integration_owners"],
        "context": 0 if guild else 1,
        "attachment_size_limit": rules.MAX_FILE_BYTES,
    }
    if guild:
        permissions = str(member.permissions_in(channel))
        payload |= {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member.payload() | {"permissions": permissions},
            "app_permissions": str(guild.me.permissions_in(channel)),
        }
    else:
        payload |= {"user": member.user.payload(), "app_permissions": str(member.permissions_in(channel))}
    if interaction.source:
        payload["message"] = interaction.source.data
    return payload
