"""Servers, channels and the people in them, who use the bot as a person in Discord would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from discord import Permissions

from tests.discord_double import commands, interactions
from tests.discord_double.commands import InputRefusedError
from tests.discord_double.interactions import Reply, Wait
from tests.discord_double.messages import REPLY_MESSAGE, Attachment, Message, new_message, upload
from tests.discord_double.rules import Json

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble

TEXT_CHANNEL, DIRECT_CHANNEL = 0, 1
EVERYONE = Permissions(
    view_channel=True,
    send_messages=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
    use_application_commands=True,
).value
ALL_PERMISSIONS = Permissions.all().value


@dataclass(eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0",
            "global_name": None,
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: int
    bot_id: int | None = None

    def payload(self) -> Json:
        tags = {"tags": {"bot_id": str(self.bot_id)}} if self.bot_id else {}
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": 0 if self.name == "@everyone" else 1,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.bot_id is not None,
            "mentionable": False,
            "flags": 0,
        } | tags


@dataclass(eq=False)
class Channel:
    """A text channel of a server, or the direct messages of a person (then `guild` is None)."""

    double: "DiscordDouble"
    id: int
    name: str
    guild: "Guild | None"
    recipient: User | None = None
    overwrites: list[Json] = field(default_factory=list)

    def deny(self, whom: "Member | Role", permissions: int) -> None:
        """Take `permissions` from a member or a role in this channel."""
        kind = 1 if isinstance(whom, Member) else 0
        self.overwrites.append({"id": str(whom.id), "type": kind, "allow": "0", "deny": str(permissions)})
        self.double.gateway.dispatch("CHANNEL_UPDATE", self.payload())

    def payload(self) -> Json:
        if self.recipient is not None:
            recipients = [self.recipient.payload()]
            return {"id": str(self.id), "type": DIRECT_CHANNEL, "recipients": recipients, "flags": 0}
        return {
            "id": str(self.id),
            "type": TEXT_CHANNEL,
            "guild_id": str(self.guild.id) if self.guild else None,
            "name": self.name,
            "position": 0,
            "permission_overwrites": self.overwrites,
            "nsfw": False,
            "topic": None,
            "parent_id": None,
            "rate_limit_per_user": 0,
            "flags": 0,
        }

    @property
    def messages(self) -> list[Message]:
        """What stands in the channel now, oldest first, with the answers that only one person sees."""
        return [m for m in self.double.messages.values() if m.channel is self and not m.deleted]


@dataclass(eq=False)
class Guild:
    """A server; the bot is a member from the start."""

    double: "DiscordDouble"
    id: int
    name: str
    locale: str = "en-US"
    available: bool = True
    roles: list[Role] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    members: dict[int, "Member"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bot = self.double.bot
        self.everyone = Role(self.id, "@everyone", EVERYONE)
        self.roles = [self.everyone, Role(self.double.snowflakes.next(), bot.name, EVERYONE, bot.id)]
        self.me = Member(self.double, self, bot, [self.roles[1]])
        self.members[bot.id] = self.me

    def add_channel(self, name: str) -> Channel:
        channel = Channel(self.double, self.double.snowflakes.next(), name, self)
        self.channels.append(channel)
        self.double.gateway.dispatch("CHANNEL_CREATE", channel.payload())
        return channel

    def add_role(self, name: str, permissions: int = 0) -> Role:
        role = Role(self.double.snowflakes.next(), name, permissions)
        self.roles.append(role)
        self.double.gateway.dispatch("GUILD_ROLE_CREATE", {"guild_id": str(self.id), "role": role.payload()})
        return role

    def add_member(
        self,
        name: str,
        *,
        permissions: int = 0,
        user: User | None = None,
        roles: Sequence[Role] = (),
        locale: str = "en-US",
    ) -> "Member":
        """A person of this server; `user` is who it is, where that person is known from another one.

        Extra `permissions` come with a role of the person's own, besides the `roles` given; `locale` is the
        language of their client.
        """
        user = user or User(self.double.snowflakes.next(), name, locale=locale)
        own = [self.add_role(f"{name}'s role", permissions)] if permissions else []
        roles = [*roles, *own]
        member = Member(self.double, self, user, roles)
        self.members[user.id] = member
        return member

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": "1",
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "banner": None,
            "description": None,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            "preferred_locale": self.locale,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "features": [],
            "roles": [role.payload() for role in self.roles],
            "emojis": [],
            "stickers": [],
            "joined_at": "2024-01-01T00:00:00+00:00",
            "large": False,
            "member_count": len(self.members),
            "channels": [channel.payload() for channel in self.channels],
            "members": [self.me.payload()],
            "threads": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
        }


@dataclass(eq=False)
class Member:
    """A person in a server. What they do returns what they see."""

    double: "DiscordDouble"
    guild: Guild
    user: User
    roles: list[Role]

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention_text(self) -> str:
        return self.user.mention

    @property
    def direct(self) -> Channel:
        """The direct messages between this person and the bot."""
        return self.double.direct_channel(self.user)

    def payload(self) -> Json:
        return {
            "user": self.user.payload(),
            "nick": None,
            "avatar": None,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": "2024-01-02T00:00:00+00:00",
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }

    def permissions_in(self, channel: Channel) -> int:
        """What this person may do there: the roles' permissions, then the overwrites of the channel."""
        if channel.guild is None:
            return EVERYONE
        permissions = channel.guild.everyone.permissions
        for role in self.roles:
            permissions |= role.permissions
        if permissions & Permissions(administrator=True).value:
            return ALL_PERMISSIONS
        mine = [{str(channel.guild.everyone.id)}, {str(role.id) for role in self.roles}, {str(self.id)}]
        for step in mine:
            overwrites = [item for item in channel.overwrites if item["id"] in step]
            for item in overwrites:
                permissions &= ~int(item["deny"])
            for item in overwrites:
                permissions |= int(item["allow"])
        return permissions

    async def slash(
        self,
        channel: Channel,
        name: str,
        /,
        *,
        validate: bool = True,
        wait: Wait = "answer",
        **options: Any,
    ) -> Reply:
        """Use a command ("ask", "article add") and wait for what comes of it.

        `validate` holds to what Discord's client lets this person send, else InputRefusedError is raised;
        without it, hostile input gets through. `wait` as in `Reply.wait`.
        """
        command, chain = self.double.find_command(self, channel, name, validate=validate)
        known = (chain[-1] if chain else command).get("options") or []
        if validate:
            _refuse(f"/{name}", list(commands.input_problems(known, options)))
        data = self._command_data(command, chain, known, options)
        return await interactions.start(self, channel, interactions.COMMAND, data).wait(wait)

    async def autocomplete(
        self,
        channel: Channel,
        name: str,
        /,
        *,
        focused: tuple[str, str],
        validate: bool = True,
        **options: Any,
    ) -> list[Json]:
        """The choices offered while typing `focused`: an option and what stands in it so far."""
        reply = await self.types(channel, name, focused=focused, validate=validate, **options)
        return reply.choices

    async def types(
        self,
        channel: Channel,
        name: str,
        /,
        *,
        focused: tuple[str, str],
        validate: bool = True,
        wait: Wait = "answer",
        **options: Any,
    ) -> Reply:
        """Type `focused`, an option and what stands in it so far, and wait for what is offered."""
        command, chain = self.double.find_command(self, channel, name, validate=validate)
        known = (chain[-1] if chain else command).get("options") or []
        option, typed = focused
        if not any(item["name"] == option and item.get("autocomplete") for item in known):
            raise InputRefusedError(f"/{name} completes no option {option!r}.")
        data = self._command_data(command, chain, known, {**options, option: typed})
        data.pop("resolved", None)
        _innermost_options(data, option)["focused"] = True
        return await interactions.start(self, channel, interactions.AUTOCOMPLETE, data).wait(wait)

    async def use_on_message(
        self, channel: Channel, name: str, message: Message, *, validate: bool = True, wait: Wait = "answer"
    ) -> Reply:
        """Choose an entry of the message menu."""
        command, _ = self.double.find_command(self, channel, name, kind=3, validate=validate)
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": 3,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): message.data}},
        }
        return await interactions.start(self, channel, interactions.COMMAND, data).wait(wait)

    def _command_data(
        self, command: Json, chain: list[Json], known: list[Json], options: Mapping[str, Any]
    ) -> Json:
        resolved: Json = {}
        kinds = {option["name"]: option["type"] for option in known}
        filled = [_option(self.double, name, kinds.get(name), v, resolved) for name, v in options.items()]
        for step in reversed(chain):
            filled = [{"name": step["name"], "type": step["type"], "options": filled}]
        data = {"id": command["id"], "name": command["name"], "type": 1, "options": filled}
        if command.get("guild_id"):
            data["guild_id"] = command["guild_id"]
        return data | ({"resolved": resolved} if resolved else {})

    def says(
        self,
        channel: Channel,
        text: str,
        *,
        answering: Message | None = None,
        ping: bool = True,
        files: tuple[Attachment, ...] = (),
    ) -> Message:
        """Send a message and wait for nothing. Answering pings the author, unless `ping` is off."""
        mentioned = [user for user in self.double.users() if user.mention in text]
        more: Json = {}
        if answering is not None:
            reference = {"message_id": str(answering.id), "channel_id": str(answering.channel.id), "type": 0}
            if channel.guild:
                reference["guild_id"] = str(channel.guild.id)
            more = {"type": REPLY_MESSAGE, "message_reference": reference}
            author = next(u for u in self.double.users() if str(u.id) == answering.data["author"]["id"])
            mentioned += [author] if ping and author not in mentioned else []
        more["mentions"] = [user.payload() for user in mentioned]
        message = new_message(self.double, channel, self.user, {"content": text}, {}, **more)
        for file in files:
            message.data["attachments"].append(upload(self.double, file))
            message.files[file.name] = file.data
        self.double.announce("MESSAGE_CREATE", message, self)
        return message

    async def mention(self, channel: Channel, text: str, **more: Any) -> Reply:
        """Ask the bot by mentioning it in front of `text`, and wait for its answer."""
        return await self._answered(self.says(channel, f"{self.double.bot.mention} {text}", **more))

    async def reply_to(self, message: Message | Reply, text: str, *, ping: bool = True) -> Reply:
        """Answer a message, and wait for the bot's answer."""
        answered = message.message if isinstance(message, Reply) else message
        return await self._answered(self.says(answered.channel, text, answering=answered, ping=ping))

    async def _answered(self, message: Message) -> Reply:
        self.double.gateway.require_message_intent(in_guild=message.channel.guild is not None)
        await self.double.until(
            lambda: self.double.answers_to(message) != [], f"an answer to {message.content!r}"
        )
        return Reply(self.double, answer=self.double.answers_to(message)[0])


def _refuse(what: str, problems: list[str]) -> None:
    if problems:
        raise InputRefusedError(f"Discord's client would not send {what}: {'; '.join(problems)}.")


def _innermost_options(data: Json, name: str) -> Json:
    """The option called `name` within an interaction's data."""
    options: list[Json] = data["options"]
    while options and options[0]["type"] in (commands.SUBCOMMAND, commands.GROUP):
        options = options[0]["options"]
    return next(option for option in options if option["name"] == name)


def _option(double: "DiscordDouble", name: str, kind: int | None, value: Any, resolved: Json) -> Json:
    """An option as Discord sends it; people, channels, roles and files go into `resolved`."""
    if isinstance(value, Attachment):
        payload = upload(double, value)
        resolved.setdefault("attachments", {})[payload["id"]] = payload
        return {"name": name, "type": commands.ATTACHMENT, "value": payload["id"]}
    if isinstance(value, Member):
        resolved.setdefault("users", {})[str(value.id)] = value.user.payload()
        partial = {key: item for key, item in value.payload().items() if key not in ("user", "deaf", "mute")}
        resolved.setdefault("members", {})[str(value.id)] = partial
        return {"name": name, "type": kind or commands.USER, "value": str(value.id)}
    if isinstance(value, Channel):
        resolved.setdefault("channels", {})[str(value.id)] = value.payload() | {"permissions": str(EVERYONE)}
        return {"name": name, "type": commands.CHANNEL, "value": str(value.id)}
    if isinstance(value, Role):
        resolved.setdefault("roles", {})[str(value.id)] = value.payload()
        return {"name": name, "type": kind or commands.ROLE, "value": str(value.id)}
    return {"name": name, "type": kind or commands.guessed_type(value), "value": value}
