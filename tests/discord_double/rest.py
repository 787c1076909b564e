"""Discord's REST routes (v10): each request is logged, judged, and only then served."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web
from discord import Permissions

from tests.discord_double import interactions, rules
from tests.discord_double.commands import command_problems, commands_problems
from tests.discord_double.faults import Fault
from tests.discord_double.interactions import Interaction
from tests.discord_double.messages import COMMAND_MESSAGE, REPLY_MESSAGE, Message, new_message, write
from tests.discord_double.rules import Json, Problem, Problems

if TYPE_CHECKING:
    from tests.discord_double.people import Channel
    from tests.discord_double.server import DiscordDouble

API = "/api/v10"

INVALID_BODY, EMPTY_MESSAGE = 50035, 50006
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10003, 10008, 10015, 10062
ALREADY_ACKNOWLEDGED, INVALID_WEBHOOK_TOKEN, NOT_AUTHOR = 40060, 50027, 50005
MISSING_ACCESS, MISSING_PERMISSIONS, NO_HISTORY, TOO_LARGE = 50001, 50013, 160002, 40005

ALLOWED_CALLBACKS = {
    interactions.COMMAND: (4, 5, 9),
    interactions.COMPONENT: (4, 5, 6, 7, 9),
    interactions.AUTOCOMPLETE: (8,),
    interactions.MODAL_SUBMIT: (4, 5, 6, 7),
}


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
Handler = Callable[["Rest", Request], Awaitable[Answer]]
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


def _message_rules(request: Request) -> Problems:
    return rules.message_problems(request.body, attached=len(request.files))


def _callback_rules(request: Request) -> Problems:
    kind, data = request.body.get("type"), request.body.get("data") or {}
    if kind == interactions.MODAL:
        found = rules.modal_problems(data)
    elif kind == interactions.CHOICES:
        found = rules.choices_problems(data.get("choices") or [])
    else:
        found = rules.message_problems(data, attached=len(request.files))
    return (Problem(f"data.{problem.path}", problem.message) for problem in found)


class Rest:
    def __init__(self, double: "DiscordDouble") -> None:
        self._double = double

    def add_routes(self, app: web.Application) -> None:
        for served in sorted(ROUTES, key=lambda served: served.template.count("{")):
            app.router.add_route(served.method, API + served.template, self._serving(served))
        app.router.add_route("GET", "/files/{path:.*}", self._serve_file)
        app.router.add_route("*", "/{path:.*}", self._serve_nothing)

    # --- the way of a request

    def _serving(self, served: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(incoming: web.Request) -> web.StreamResponse:
            return await self._serve(served, incoming)

        return serve

    async def _serve(self, served: Route, incoming: web.Request) -> web.StreamResponse:
        request = Request(
            route=served.name,
            method=incoming.method,
            template=served.template,
            path=incoming.path,
            query=incoming.query,
            parameters=incoming.match_info,
            at_s=self._double.clock.monotonic(),
        )
        self._double.requests.append(request)
        await _read_body(request, incoming)
        fault = self._double.faults.take(served.name)
        if fault and fault.after:
            await self._answer(served, request, incoming)
        if fault:
            await asyncio.sleep(fault.delay_s)
            if fault.reset or fault.status is not None:
                return _failed(request, fault, incoming)
        return await self._answer(served, request, incoming)

    async def _answer(self, served: Route, request: Request, incoming: web.Request) -> web.StreamResponse:
        try:
            self._authorize(served, incoming)
            self._judge(served, request)
            request.status, body = await served.handler(self, request)
        except RefusedError as refusal:
            request.status, body = refusal.status, refusal.body
            request.code = refusal.body["code"]
        return _json(request.status, body)

    def _authorize(self, served: Route, incoming: web.Request) -> None:
        by_token = served.template.startswith(("/interactions/", "/webhooks/"))
        if not by_token and incoming.headers.get("Authorization") != f"Bot {self._double.token}":
            raise RefusedError(401, 0, "401: Unauthorized")

    def _judge(self, served: Route, request: Request) -> None:
        """Hold the body to the rules, then to the specification; what breaks one is refused."""
        if request.method not in ("POST", "PUT", "PATCH") or (served.rules is None and request.body is None):
            return
        problems = list(served.rules(request)) if served.rules else []
        if not problems and self._double.specification:
            broken = self._double.specification.problem(request.method, served.template, request.body)
            problems += [Problem(*broken.split(": ", 1))] if broken else []
        if any(len(content) > rules.MAX_FILE_BYTES for content in request.files.values()):
            self._violation(request, "a file is larger than 10 MiB")
            raise RefusedError(413, TOO_LARGE, "Request entity too large")
        if problems:
            raise self._invalid(request, *problems)

    def _invalid(self, request: Request, *problems: Problem) -> RefusedError:
        for problem in problems:
            self._violation(request, str(problem))
        return RefusedError(400, INVALID_BODY, "Invalid Form Body", problems)

    def _violation(self, request: Request, text: str) -> None:
        self._double.violations.append(f"{request.method} [{request.route}] {text}")

    async def _serve_nothing(self, incoming: web.Request) -> web.StreamResponse:
        self._double.violations.append(f"{incoming.method} {incoming.path}: the double has no such route")
        return _json(404, {"code": 0, "message": "404: Not Found"})

    async def _serve_file(self, incoming: web.Request) -> web.StreamResponse:
        fault = self._double.faults.take("file")
        if fault:
            await asyncio.sleep(fault.delay_s)
            if fault.reset:
                _reset(incoming)
        content, content_type = self._double.files.get(incoming.match_info["path"], (b"", ""))
        if not content_type or (fault and fault.status):
            return web.Response(status=fault.status if fault and fault.status else 404)
        return web.Response(body=content, headers={"Content-Type": content_type})

    # --- who the bot is

    @route("gateway", "GET", "/gateway")
    async def _gateway(self, _: Request) -> Answer:
        return 200, {"url": self._double.gateway_url}

    @route("gateway", "GET", "/gateway/bot")
    async def _gateway_bot(self, _: Request) -> Answer:
        limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
        return 200, {"url": self._double.gateway_url, "shards": 1, "session_start_limit": limit}

    @route("me", "GET", "/users/@me")
    async def _me(self, _: Request) -> Answer:
        return 200, self._double.bot.payload()

    @route("application", "GET", "/oauth2/applications/@me")
    @route("application", "GET", "/applications/@me")
    async def _application(self, _: Request) -> Answer:
        double = self._double
        return 200, {
            "id": str(double.application_id),
            "name": double.bot.name,
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": double.owner.payload(),
            "team": None,
            "verify_key": "0" * 64,
            "flags": 0,
        }

    @route("guild", "GET", "/guilds/{guild_id}")
    async def _guild(self, request: Request) -> Answer:
        return 200, self._double.guild(int(request.parameters["guild_id"])).payload()

    @route("member", "GET", "/guilds/{guild_id}/members/{user_id}")
    async def _member(self, request: Request) -> Answer:
        guild = self._double.guild(int(request.parameters["guild_id"]))
        member = guild.members.get(int(request.parameters["user_id"]))
        if member is None:
            raise RefusedError(404, 10007, "Unknown Member")
        return 200, member.payload()

    @route("direct", "POST", "/users/@me/channels")
    async def _open_direct(self, request: Request) -> Answer:
        for user in self._double.users():
            if str(user.id) == str(request.body["recipient_id"]):
                return 200, self._double.direct_channel(user).payload()
        raise self._invalid(request, Problem("recipient_id", "Unknown user"))

    # --- commands

    @route("commands", "GET", "/applications/{application_id}/commands")
    @route("commands", "GET", "/applications/{application_id}/guilds/{guild_id}/commands")
    async def _list_commands(self, request: Request) -> Answer:
        return 200, self._double.commands.get(_command_scope(request), [])

    @route("commands", "PUT", "/applications/{application_id}/commands", lambda r: commands_problems(r.body))
    @route(
        "commands",
        "PUT",
        "/applications/{application_id}/guilds/{guild_id}/commands",
        lambda r: commands_problems(r.body),
    )
    async def _replace_commands(self, request: Request) -> Answer:
        scope = _command_scope(request)
        stored = self._double.store_commands(scope, request.body)
        return 200, stored

    @route("command", "POST", "/applications/{application_id}/commands", lambda r: command_problems(r.body))
    @route(
        "command",
        "POST",
        "/applications/{application_id}/guilds/{guild_id}/commands",
        lambda r: command_problems(r.body),
    )
    async def _add_command(self, request: Request) -> Answer:
        scope = _command_scope(request)
        kind = request.body.get("type") or 1
        others = [
            command
            for command in self._double.commands.get(scope, [])
            if (command["name"], command["type"]) != (request.body["name"], kind)
        ]
        return 201, self._double.store_commands(scope, [*others, request.body])[-1]

    @route("command", "DELETE", "/applications/{application_id}/commands/{command_id}")
    @route("command", "DELETE", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}")
    async def _remove_command(self, request: Request) -> Answer:
        stored = self._double.commands.get(_command_scope(request), [])
        stored[:] = [command for command in stored if command["id"] != request.parameters["command_id"]]
        return 204, None

    # --- answers to interactions

    @route("callback", "POST", "/interactions/{interaction_id}/{interaction_token}/callback", _callback_rules)
    async def _callback(self, request: Request) -> Answer:
        interaction = self._open_interaction(request)
        kind = request.body["type"]
        allowed = ALLOWED_CALLBACKS[interaction.kind]
        if kind not in allowed or (kind in (6, 7) and interaction.source is None):
            raise self._invalid(request, Problem("type", f"{kind} can't answer this interaction"))
        self._apply_callback(request, interaction, kind, request.body.get("data") or {})
        interaction.acknowledgement = kind
        if request.query.get("with_response", "0").lower() in ("0", "false"):
            return 204, None
        return 200, _callback_response(interaction)

    def _open_interaction(self, request: Request) -> Interaction:
        """The interaction, if it still waits for its first answer."""
        interaction = self._double.interactions.get(request.parameters["interaction_token"])
        if interaction is None or str(interaction.id) != request.parameters["interaction_id"]:
            self._violation(request, "there is no such interaction")
            raise RefusedError(404, UNKNOWN_INTERACTION, "Unknown interaction")
        if interaction.acknowledgement is not None:
            self._violation(request, "the interaction was already acknowledged")
            raise RefusedError(400, ALREADY_ACKNOWLEDGED, "Interaction has already been acknowledged.")
        waited_s = request.at_s - interaction.started_s
        if waited_s > self._double.acknowledgement_limit_s:
            self._violation(request, f"the first answer came after {waited_s:.1f} s")
            raise RefusedError(404, UNKNOWN_INTERACTION, "Unknown interaction")
        return interaction

    def _apply_callback(self, request: Request, interaction: Interaction, kind: int, data: Json) -> None:
        if kind in (interactions.MESSAGE, interactions.DEFERRED_MESSAGE):
            interaction.loading = kind == interactions.DEFERRED_MESSAGE
            if not interaction.loading:
                self._check_sendable(request, data, default_pings=("users",))
            flags = (data.get("flags") or 0) & (rules.EPHEMERAL if interaction.loading else -1)
            interaction.original = self._interaction_message(
                interaction, data | {"flags": flags}, request.files
            )
            if not interaction.loading:
                self._double.announce("MESSAGE_CREATE", interaction.original)
        elif kind in (interactions.DEFERRED_UPDATE, interactions.UPDATE):
            interaction.original = interaction.source
            if kind == interactions.UPDATE and interaction.source:
                self._edit(request, interaction.source, data)
        elif kind == interactions.MODAL:
            interaction.modal = data
        else:
            interaction.choices = data.get("choices") or []

    def _interaction_message(self, interaction: Interaction, body: Json, files: dict[str, bytes]) -> Message:
        return new_message(
            self._double,
            interaction.channel,
            self._double.bot,
            body,
            files,
            type=COMMAND_MESSAGE if interaction.kind == interactions.COMMAND else 0,
            webhook_id=str(self._double.application_id),
            application_id=str(self._double.application_id),
            interaction_metadata=interaction.metadata(),
        )

    def _acknowledged_interaction(self, request: Request) -> Interaction:
        """The interaction of a webhook's token, if it was acknowledged and the token is still good."""
        interaction = self._double.interactions.get(request.parameters["webhook_token"])
        if interaction is None or interaction.acknowledgement is None:
            self._violation(request, "no interaction with this token was acknowledged")
            raise RefusedError(404, UNKNOWN_WEBHOOK, "Unknown Webhook")
        if request.at_s - interaction.started_s > self._double.token_lifetime_s:
            self._violation(request, "the token of the interaction has expired")
            raise RefusedError(401, INVALID_WEBHOOK_TOKEN, "Invalid Webhook Token")
        return interaction

    @route("followup", "POST", "/webhooks/{webhook_id}/{webhook_token}", _message_rules)
    async def _follow_up(self, request: Request) -> Answer:
        interaction = self._acknowledged_interaction(request)
        if interaction.loading and interaction.original:
            self._fill(request, interaction, interaction.original)
            message = interaction.original
        else:
            self._check_sendable(request, request.body, default_pings=("users",))
            message = self._interaction_message(interaction, request.body, request.files)
            interaction.followups.append(message)
            self._double.announce("MESSAGE_CREATE", message)
        interaction.changes += 1
        if request.query.get("wait", "0").lower() in ("0", "false"):
            return 204, None
        return 200, message.data

    def _fill(self, request: Request, interaction: Interaction, message: Message) -> None:
        """Put the answer in the place of "is thinking". Who sees it was settled by the deferral."""
        if (request.body.get("flags") or 0) & rules.EPHEMERAL and not message.ephemeral:
            self._violation(request, "a public deferral can't become an ephemeral answer")
        private = rules.EPHEMERAL if message.ephemeral else 0
        flags = (request.body.get("flags") or 0) & ~rules.EPHEMERAL | private
        self._check_sendable(request, request.body, default_pings=("users",))
        request.body["flags"] = flags
        write(self._double, message, request.body, request.files)
        interaction.loading = False
        self._double.announce("MESSAGE_CREATE", message)

    @route("original", "GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
    @route("followup", "GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
    async def _get_answer(self, request: Request) -> Answer:
        return 200, self._answer_message(request, self._acknowledged_interaction(request)).data

    @route("original", "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", _message_rules)
    @route(
        "followup", "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", _message_rules
    )
    async def _edit_answer(self, request: Request) -> Answer:
        interaction = self._acknowledged_interaction(request)
        message = self._answer_message(request, interaction)
        if interaction.loading and message is interaction.original:
            self._fill(request, interaction, message)
        else:
            self._edit(request, message, request.body)
        interaction.changes += 1
        return 200, message.data

    @route("original", "DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
    @route("followup", "DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
    async def _delete_answer(self, request: Request) -> Answer:
        interaction = self._acknowledged_interaction(request)
        self._delete(self._answer_message(request, interaction))
        interaction.changes += 1
        return 204, None

    def _answer_message(self, request: Request, interaction: Interaction) -> Message:
        wanted = request.parameters.get("message_id")
        for message in (interaction.original, interaction.source, *interaction.followups):
            if message and not message.deleted and wanted in (None, str(message.id)):
                return message
        raise RefusedError(404, UNKNOWN_MESSAGE, "Unknown Message")

    # --- messages in channels

    @route("channel", "GET", "/channels/{channel_id}")
    async def _get_channel(self, request: Request) -> Answer:
        return 200, self._channel(request).payload()

    @route("typing", "POST", "/channels/{channel_id}/typing")
    async def _typing(self, request: Request) -> Answer:
        self._require(self._channel(request), Permissions(send_messages=True))
        return 204, None

    @route("message", "POST", "/channels/{channel_id}/messages", _message_rules)
    async def _send_message(self, request: Request) -> Answer:
        channel, body = self._channel(request), request.body
        self._require(channel, Permissions(send_messages=True))
        if body.get("embeds"):
            self._require(channel, Permissions(embed_links=True))
        if request.files:
            self._require(channel, Permissions(attach_files=True))
        if (body.get("flags") or 0) & rules.EPHEMERAL:
            raise self._invalid(request, Problem("flags", "Only answers to interactions can be ephemeral"))
        more = self._reference(channel, body["message_reference"]) if body.get("message_reference") else {}
        self._check_sendable(request, body)
        message = new_message(self._double, channel, self._double.bot, body, request.files, **more)
        self._double.announce("MESSAGE_CREATE", message)
        return 200, message.data

    def _reference(self, channel: "Channel", reference: Json) -> Json:
        """What a reply holds of the message that it answers."""
        answered = self._double.messages.get(int(reference["message_id"]))
        if answered is None or answered.deleted or answered.channel is not channel:
            if reference.get("fail_if_not_exists", True):
                problem = Problem("message_reference", "Unknown message")
                raise RefusedError(400, INVALID_BODY, "Invalid Form Body", (problem,))
            return {}
        self._require(channel, Permissions(read_message_history=True), NO_HISTORY)
        kept = {"message_id": str(answered.id), "channel_id": str(channel.id), "type": 0}
        if channel.guild:
            kept["guild_id"] = str(channel.guild.id)
        return {
            "type": REPLY_MESSAGE,
            "message_reference": kept,
            "referenced_message": self._double.readable(answered),
        }

    @route("message", "GET", "/channels/{channel_id}/messages/{message_id}")
    async def _get_message(self, request: Request) -> Answer:
        message = self._message(request)
        self._require(message.channel, Permissions(read_message_history=True))
        return 200, self._double.readable(message)

    @route("message", "PATCH", "/channels/{channel_id}/messages/{message_id}", _message_rules)
    async def _edit_message(self, request: Request) -> Answer:
        message = self._message(request)
        if message.data["author"]["id"] != str(self._double.bot.id):
            raise RefusedError(403, NOT_AUTHOR, "Cannot edit a message authored by another user")
        self._edit(request, message, request.body)
        return 200, message.data

    @route("message", "DELETE", "/channels/{channel_id}/messages/{message_id}")
    async def _delete_message(self, request: Request) -> Answer:
        message = self._message(request)
        if message.data["author"]["id"] != str(self._double.bot.id):
            self._require(message.channel, Permissions(manage_messages=True))
        self._delete(message)
        return 204, None

    def _channel(self, request: Request) -> "Channel":
        channel = self._double.channel(int(request.parameters["channel_id"]))
        if channel is None:
            raise RefusedError(404, UNKNOWN_CHANNEL, "Unknown Channel")
        self._require(channel, Permissions(view_channel=True), MISSING_ACCESS)
        return channel

    def _message(self, request: Request) -> Message:
        channel = self._channel(request)
        message = self._double.messages.get(int(request.parameters["message_id"]))
        if message is None or message.deleted or message.channel is not channel or message.ephemeral:
            raise RefusedError(404, UNKNOWN_MESSAGE, "Unknown Message")
        return message

    def _require(self, channel: "Channel", wanted: Permissions, code: int = MISSING_PERMISSIONS) -> None:
        if channel.guild and ~channel.guild.me.permissions_in(channel) & wanted.value:
            raise RefusedError(
                403, code, "Missing Access" if code == MISSING_ACCESS else "Missing Permissions"
            )

    # --- what every message goes through

    def _check_sendable(
        self, request: Request, body: Json, default_pings: tuple[str, ...] = ("everyone", "users", "roles")
    ) -> None:
        """A new message shows something and pings nobody."""
        if rules.is_empty(body, attached=len(request.files)):
            self._violation(request, "the message is empty")
            raise RefusedError(400, EMPTY_MESSAGE, "Cannot send an empty message")
        for ping in rules.pings(body, default=default_pings):
            self._violation(request, f"the message pings {ping}")

    def _edit(self, request: Request, message: Message, body: Json) -> None:
        after = message.data | body
        if rules.is_empty(after, attached=len(request.files)):
            self._violation(request, "nothing is left of the message")
            raise RefusedError(400, EMPTY_MESSAGE, "Cannot send an empty message")
        for ping in rules.pings(body):
            self._violation(request, f"the message pings {ping}")
        write(self._double, message, body, request.files)
        message.data["edited_timestamp"] = self._double.clock.now().isoformat()
        self._double.announce("MESSAGE_UPDATE", message)

    def _delete(self, message: Message) -> None:
        message.deleted = True
        self._double.announce("MESSAGE_DELETE", message)


async def _read_body(request: Request, incoming: web.Request) -> None:
    """JSON as it is; of a form, `payload_json` and the files."""
    if incoming.content_type.startswith("multipart/"):
        form = await incoming.post()
        for name, value in form.items():
            if isinstance(value, web.FileField):
                request.files[value.filename] = value.file.read()
            elif name == "payload_json":
                request.body = json.loads(cast(str, value))
    elif incoming.can_read_body:
        request.body = json.loads(await incoming.read())


def _json(status: int, body: object) -> web.Response:
    if status == 204:
        return web.Response(status=204)
    # Clients compare the type as a whole: no charset.
    return web.Response(
        status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )


def _failed(request: Request, fault: Fault, incoming: web.Request) -> web.Response:
    """The answer of a request that goes wrong on purpose."""
    if fault.status is None:
        _reset(incoming)
        return web.Response(status=500)
    request.status, request.code = fault.status, fault.code
    if fault.status != 429:
        return _json(fault.status, {"code": fault.code, "message": "On purpose"})
    response = _json(
        429, {"message": "You are being rate limited.", "retry_after": fault.retry_after_s, "global": False}
    )
    response.headers["Retry-After"] = str(fault.retry_after_s)
    if fault.via:
        response.headers["Via"] = "1.1 double"
    return response


def _reset(incoming: web.Request) -> None:
    """Break the connection so that the client sees a reset, not an end."""
    transport = incoming.transport
    if transport is not None:
        wire: socket.socket = transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def _command_scope(request: Request) -> int | None:
    guild = request.parameters.get("guild_id")
    return int(guild) if guild else None


def _callback_response(interaction: Interaction) -> Json:
    state: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "response_message_loading": interaction.loading,
        "response_message_ephemeral": bool(interaction.original and interaction.original.ephemeral),
    }
    response: Json = {"interaction": state}
    if interaction.original:
        state["response_message_id"] = str(interaction.original.id)
        response["resource"] = {"type": interaction.acknowledgement, "message": interaction.original.data}
    return response


def _nested(problems: tuple[Problem, ...]) -> Json:
    """Discord's tree of errors: the path's parts, then `_errors`."""
    tree: Json = {}
    for problem in problems:
        node = tree
        for part in filter(None, problem.path.split(".")):
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": "INVALID", "message": problem.message})
    return tree
