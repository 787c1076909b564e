"""The double itself: what it holds, how it starts and stops, and how tests wait."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.discord_double.commands import InputRefusedError, commands_problems, find_command
from tests.discord_double.faults import Faults
from tests.discord_double.gateway import MESSAGE_CONTENT, Gateway
from tests.discord_double.interactions import Interaction
from tests.discord_double.messages import Message
from tests.discord_double.people import ALL_PERMISSIONS, Channel, Guild, Member, User
from tests.discord_double.rest import API, NAMES, Rest
from tests.discord_double.routing import INVALID_BODY, RefusedError, Request
from tests.discord_double.rules import Json, Problem
from tests.discord_double.snowflakes import Clock, Snowflakes
from tests.discord_double.specification import Specification, find_specification, load_specification

WAIT_S = 10.0
POLL_S = 0.005
GUILD_READY_S = 0.05
VIEW = discord.Permissions(view_channel=True).value
BESIDE_THE_REPOSITORY = Path("beside the repository")


class DiscordDouble:
    """A Discord of our own on loopback, for one bot.

    While it is open, discord.py in this process talks to it. What a client sends is judged: each breach of
    a rule is answered as Discord would, and noted in `violations`; any of them fails the test when the double
    closes, unless `expect_violations`. `requests` holds all that was asked, `errors` what was logged as one.

    `specification` is Discord's OpenAPI file, taken from beside the repository where it lies there;
    None does without.
    """

    def __init__(
        self,
        specification: Path | None = BESIDE_THE_REPOSITORY,
        *,
        expect_violations: bool = False,
        wait_s: float = WAIT_S,
    ) -> None:
        path = find_specification() if specification is BESIDE_THE_REPOSITORY else specification
        self.specification: Specification | None = load_specification(path) if path else None
        self.expect_violations = expect_violations
        self.wait_s = wait_s
        self.acknowledgement_limit_s = 3.0
        self.token_lifetime_s = 15 * 60.0
        self.token = "double.token.for-tests"  # noqa: S105

        self.clock = Clock()
        self.snowflakes = Snowflakes(self.clock)
        self.application_id = self.snowflakes.next()
        self.bot = User(self.application_id, "rumourmill", bot=True)
        self.owner = User(self.snowflakes.next(), "owner")
        self.guilds: dict[int, Guild] = {}
        self.messages: dict[int, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: dict[int | None, list[Json]] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.errors: list[str] = []
        self.faults = Faults(NAMES)
        self.gateway = Gateway(self)
        self._direct_channels: dict[int, Channel] = {}
        self._local_commands: dict[int | None, list[Json]] = {}
        self._log = _ErrorLog(self.errors)
        self._life: asyncio.Task[None] | None = None

    # --- life

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.serve)
        Rest(self).add_routes(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._host = "{}:{}".format(*self._runner.addresses[0][:2])
        self._patched = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
        Route.BASE = self.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.gateway_url)
        logging.getLogger().addHandler(self._log)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger().removeHandler(self._log)
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = self._patched
        await self.gateway.close(1001)
        await self._runner.cleanup()
        if self.violations and not self.expect_violations:
            broken = "Discord's rules were broken:\n" + "\n".join(self.violations)
            if error is None:
                raise AssertionError(broken)
            error.add_note(broken)

    @property
    def api_url(self) -> str:
        return f"http://{self._host}{API}"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self._host}/gateway"

    @property
    def preamble(self) -> str:
        """Python code that lets discord.py of another process talk to this double."""
        return (
            "import discord.gateway, discord.http, yarl\n"
            f"discord.http.Route.BASE = {self.api_url!r}\n"
            f"discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL({self.gateway_url!r})\n"
        )

    @asynccontextmanager
    async def running(self, client: discord.Client) -> AsyncIterator[discord.Client]:
        """Log the client in, wait until it is ready and knows its servers; close it at the end.

        Until commands are registered, the client's own command tree says what there is.
        discord.py waits two seconds for more servers before it is ready, and five before it identifies again:
        both are cut short.
        """
        client._connection.guild_ready_timeout = GUILD_READY_S
        client.before_identify_hook = _at_once  # type: ignore[method-assign,assignment]
        async with client:
            self._life = life = asyncio.create_task(client.start(self.token), name="client")
            try:
                await self.until(lambda: life.done() or client.is_ready(), "the client to be ready")
                if life.done():
                    life.result()
                self.learn_commands(client)
                yield client
            finally:
                await client.close()
                with suppress(asyncio.CancelledError):
                    await life

    def learn_commands(self, client: discord.Client) -> None:
        """Take the commands of a client that doesn't register them, and judge them as if it did."""
        tree = client._connection._command_tree
        if tree is None:
            return
        scopes: list[int | None] = [None, *self.guilds]
        for scope in scopes:
            guild = discord.Object(scope) if scope else None
            own = [command.to_dict(tree) for command in tree.get_commands(guild=guild)]
            self._local_commands[scope] = self._numbered(scope, own)
            problems = list(commands_problems(own))
            if not problems and self.specification:
                broken = self.specification.problem("PUT", "/applications/{application_id}/commands", own)
                problems = [broken] if broken else []
            self.violations += [f"command tree {problem}" for problem in problems]

    async def until(
        self, condition: Callable[[], bool], what: str = "a condition", timeout_s: float | None = None
    ) -> None:
        """Wait for `condition`. AssertionError tells what happened instead, at once if the client ended."""
        loop = asyncio.get_running_loop()
        limit_s = self.wait_s if timeout_s is None else timeout_s
        deadline = loop.time() + limit_s
        while not condition():
            if self._life and self._life.done() and self._life.exception():
                raise AssertionError(f"The client ended before {what}.") from self._life.exception()
            if loop.time() > deadline:
                raise AssertionError(f"Waited {limit_s} s for {what}.\n{self.describe()}")
            await asyncio.sleep(POLL_S)

    def describe(self) -> str:
        """What happened so far, for people."""
        parts = {
            "Requests": [str(request) for request in self.requests[-25:]],
            "Violations": self.violations,
            "Logged errors": self.errors,
        }
        return "\n".join(f"{title}:\n  " + "\n  ".join(lines or ["none"]) for title, lines in parts.items())

    # --- the world

    @property
    def identified_intents(self) -> int:
        """The intents of the last IDENTIFY."""
        return int(self.gateway.identifies[-1]["intents"])

    def add_guild(self, name: str = "Ultras", *, locale: str = "en-US") -> Guild:
        """A server that the bot is in; a connected client is told that it was added to it."""
        guild = Guild(self, self.snowflakes.next(), name, locale)
        self.guilds[guild.id] = guild
        self.gateway.dispatch("GUILD_CREATE", guild.payload())
        return guild

    def remove_guild(self, guild: Guild) -> None:
        """The bot is thrown out of a server."""
        del self.guilds[guild.id]
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)})

    def begin_outage(self, guild: Guild) -> None:
        """The server is out of reach for a while; the bot is still in it."""
        guild.available = False
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id), "unavailable": True})

    def end_outage(self, guild: Guild) -> None:
        guild.available = True
        self.gateway.dispatch("GUILD_CREATE", guild.payload() | {"unavailable": False})

    def guild(self, guild_id: int) -> Guild:
        if guild_id not in self.guilds:
            raise RefusedError(404, 10004, "Unknown Guild")
        return self.guilds[guild_id]

    def channel(self, channel_id: int) -> Channel | None:
        channels = [channel for guild in self.guilds.values() for channel in guild.channels]
        channels += self._direct_channels.values()
        return next((channel for channel in channels if channel.id == channel_id), None)

    def direct_channel(self, user: User) -> Channel:
        if user.id not in self._direct_channels:
            channel = Channel(self, self.snowflakes.next(), "", None, user)
            self._direct_channels[user.id] = channel
        return self._direct_channels[user.id]

    def users(self) -> list[User]:
        """The bot and everybody in its servers."""
        members = {m.id: m.user for guild in self.guilds.values() for m in guild.members.values()}
        return list(({self.bot.id: self.bot} | members).values())

    def serve_file(self, path: str, content: bytes, content_type: str) -> str:
        """Where the double serves the file from now on."""
        self.files[path] = (content, content_type)
        return str(yarl.URL(f"http://{self._host}/files/") / path)

    def answers_to(self, message: Message) -> list[Message]:
        """The bot's messages that reply to `message`."""
        return [m for m in self.messages.values() if m.answers == message.id and self._is_own(m)]

    def requests_to(self, route: str) -> list[Request]:
        return [request for request in self.requests if request.route == route]

    # --- judging

    def breach(self, request: Request, what: str) -> None:
        """Note that a request broke a rule."""
        self.violations.append(f"{request.method} [{request.route}] {what}")

    def refusal(self, request: Request, *problems: Problem) -> RefusedError:
        """Discord's answer to a body with these problems, which are noted."""
        for problem in problems:
            self.breach(request, str(problem))
        return RefusedError(400, INVALID_BODY, "Invalid Form Body", problems)

    # --- commands

    def store_commands(self, guild_id: int | None, commands: list[Json]) -> list[Json]:
        """Replace the registered commands of a scope; returns them as Discord does."""
        self.commands[guild_id] = self._numbered(guild_id, commands)
        return self.commands[guild_id]

    def _numbered(self, guild_id: int | None, commands: list[Json]) -> list[Json]:
        """The commands with what Discord adds; one that stays keeps its id."""
        known = {(c["name"], c["type"]): c["id"] for c in self.commands.get(guild_id, [])}
        scope = {"guild_id": str(guild_id)} if guild_id else {}
        numbered = []
        for command in commands:
            kind = command.get("type") or 1
            permissions = command.get("default_member_permissions")
            numbered.append(
                command
                | scope
                | {
                    "id": known.get((command["name"], kind)) or str(self.snowflakes.next()),
                    "application_id": str(self.application_id),
                    "version": str(self.snowflakes.next()),
                    "type": kind,
                    "description": command.get("description") or "",
                    "options": command.get("options") or [],
                    "default_member_permissions": None if permissions is None else str(permissions),
                }
            )
        return numbered

    def find_command(
        self, member: Member, channel: Channel, name: str, *, kind: int = 1, validate: bool = True
    ) -> tuple[Json, list[Json]]:
        """The command that a person means, if Discord's client offers it to them there.

        The registered ones count; where nothing was ever registered, those of the client's own tree.
        """
        scopes = self.commands or self._local_commands
        offered = [*(scopes.get(channel.guild.id, []) if channel.guild else []), *scopes.get(None, [])]
        command, chain = find_command(offered, name, kind)
        if validate and not _is_offered(command, member, channel):
            where = "there" if channel.guild else "in direct messages"
            raise InputRefusedError(f"Discord's client does not offer /{name} to {member.name} {where}.")
        return command, chain

    # --- what the bot gets to see of messages

    def readable(self, message: Message, *, all_content: bool | None = None) -> Json:
        """The message as the bot may read it: others' words only where they were meant for it.

        `all_content` says whether the client may read everything; by default its last IDENTIFY decides.
        """
        if all_content is None:
            all_content = bool(self.gateway.identifies and self.identified_intents & MESSAGE_CONTENT)
        data = dict(message.data)
        if not (all_content or self._is_for_bot(message)):
            data |= {"content": "", "embeds": [], "attachments": [], "components": []}
        answered = self.messages.get(message.answers or 0)
        if answered and not answered.deleted:
            inner = self.readable(answered, all_content=all_content)
            inner.pop("referenced_message", None)
            data["referenced_message"] = inner
        elif message.answers:
            data["referenced_message"] = None
        return data

    def announce(self, event: str, message: Message, author: Member | None = None) -> None:
        """Tell the client about a message, if it may see it."""
        guild = message.channel.guild
        if message.ephemeral or (guild and not _has(guild.me.permissions_in(message.channel), VIEW)):
            return
        context: Json = {"guild_id": str(guild.id)} if guild else {}
        if event == "MESSAGE_DELETE":
            deleted = {"id": str(message.id), "channel_id": str(message.channel.id)}
            self.gateway.dispatch(event, context | deleted)
            return
        if author and guild:
            context["member"] = {key: value for key, value in author.payload().items() if key != "user"}
        full, plain = (self.readable(message, all_content=may) | context for may in (True, False))
        self.gateway.dispatch(event, full, plain=plain)

    def _is_own(self, message: Message) -> bool:
        return bool(message.data["author"]["id"] == str(self.bot.id))

    def _is_for_bot(self, message: Message) -> bool:
        mentioned = any(user["id"] == str(self.bot.id) for user in message.data["mentions"])
        return mentioned or self._is_own(message) or message.channel.guild is None


def _has(permissions: int, needed: int) -> bool:
    """Discord takes "0" as: only those who may do everything."""
    return permissions == ALL_PERMISSIONS or (needed != 0 and permissions & needed == needed)


def _is_offered(command: Json, member: Member, channel: Channel) -> bool:
    """Whether Discord's client shows this person the command there."""
    contexts: list[int] | None = command.get("contexts")
    if channel.guild is None:
        return command.get("dm_permission") is not False and (contexts is None or 1 in contexts)
    needed = command["default_member_permissions"]
    return needed is None or _has(member.permissions_in(channel), int(needed))


async def _at_once(_: int | None, *, initial: bool = False) -> None:
    """Stands in for the pause before a client identifies."""


class _ErrorLog(logging.Handler):
    """Keeps what was logged as an error, with the reason."""

    def __init__(self, errors: list[Any]) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._errors.append(self.format(record))
