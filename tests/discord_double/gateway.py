"""Discord's gateway: websockets, sessions that can be resumed, events."""

import asyncio
import contextlib
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.discord_double.breaking import reset_connection
from tests.discord_double.rules import Json

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 0, 1, 2, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
AUTHENTICATION_FAILED, DISALLOWED_INTENTS = 4004, 4014


@dataclass(eq=False)
class Session:
    """What Discord keeps of a client: its events, also those of the time without a connection."""

    id: str
    intents: int
    events: list[Json] = field(default_factory=list)
    connection: "Connection | None" = None


@dataclass(eq=False)
class Connection:
    """A websocket; sends the events of its session from `sent` on."""

    socket: web.WebSocketResponse
    compressor: "zlib._Compress | None"
    reset: Callable[[], None]
    delivered: set[str]
    session: Session | None = None
    sent: int = 0
    dropped: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, op: int, data: object = None, **more: object) -> None:
        text = json.dumps({"op": op, "d": data, "s": None, "t": None, **more})
        with contextlib.suppress(ConnectionError):
            if self.compressor is None:
                await self.socket.send_str(text)
            else:
                packed = self.compressor.compress(text.encode()) + self.compressor.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)

    async def pump(self) -> None:
        """Send the events of the session as they come, until cancelled."""
        while True:
            self.news.clear()
            events = self.session.events if self.session else []
            while self.sent < len(events):
                event = events[self.sent]
                self.sent += 1
                await self.send(DISPATCH, event["d"], t=event["t"], s=event["s"])
                self.delivered.add(str(event["d"].get("id")))
            await self.news.wait()


class Gateway:
    """Every IDENTIFY is kept in `identifies`, the number of successful RESUMEs in `resumes`."""

    def __init__(self, double: "DiscordDouble") -> None:
        self._double = double
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self._delivered: set[str] = set()
        self._awaited = False
        self.identifies: list[Json] = []
        self.resumes = 0
        self.heartbeats = 0
        self.heartbeat_interval_s = 41.25
        self.granted_intents = 0

    @property
    def connected(self) -> bool:
        return any(session.connection for session in self._sessions.values())

    def require_connection(self) -> None:
        """Raise RuntimeError where no client would ever get an event, nor is one on its way back."""
        if not self._sessions and not self._awaited:
            raise RuntimeError(f"No client is connected.\n{self._double.describe()}")

    def require_message_intent(self, *, in_guild: bool) -> None:
        """Raise RuntimeError where no client asked for messages."""
        self.require_connection()
        wanted, name = (GUILD_MESSAGES, "guild_messages") if in_guild else (DIRECT_MESSAGES, "dm_messages")
        if not any(session.intents & wanted for session in self._sessions.values()):
            raise RuntimeError(f"The client has not asked for the intent {name}: it sees no messages.")

    def delivered(self, id_: int) -> bool:
        """Whether a client was sent what has this id: an interaction, a message."""
        return str(id_) in self._delivered

    def dispatch(self, event: str, data: Json, *, plain: Json | None = None) -> None:
        """Tell the clients whose intents cover it; `plain` is for those that may not read messages."""
        for session in self._sessions.values():
            wanted = _intent(event, data)
            if session.intents & wanted == wanted:
                readable = session.intents & MESSAGE_CONTENT
                self._append(session, event, data if readable or plain is None else plain)

    def _append(self, session: Session, event: str, data: Json) -> None:
        # Written down now: what is sent later must not show later changes.
        copy = json.loads(json.dumps(data))
        session.events.append({"t": event, "d": copy, "s": len(session.events) + 1})
        if session.connection:
            session.connection.news.set()

    async def reconnect(self) -> None:
        """Ask the clients to connect again and resume (op 7), and wait until one did."""
        before = self.resumes
        for connection in list(self._connections):
            await connection.send(RECONNECT)
        await self._double.until(lambda: self.resumes > before, "a resumed session")

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell the clients that their session is invalid (op 9), and wait until one is back.

        What happens until then nobody tells them, unless the session is `resumable`.
        """
        before = (len(self.identifies), self.resumes)
        for connection in list(self._connections):
            if not resumable and connection.session:
                self._awaited = True
                self._sessions.pop(connection.session.id, None)
                connection.session = None
            await connection.send(INVALID_SESSION, resumable)
        await self._double.until(
            lambda: self.connected and (len(self.identifies), self.resumes) != before, "a new session"
        )

    async def close(self, code: int = 4000) -> None:
        """Close all websockets with `code`; sessions stay resumable."""
        for connection in list(self._connections):
            connection.dropped = True
            await connection.socket.close(code=code)

    async def reset(self) -> None:
        """Break all connections without a word, and wait until a client has resumed its session."""
        before = self.resumes
        for connection in list(self._connections):
            connection.dropped = True
            connection.reset()
        await self._double.until(lambda: self.resumes > before, "a resumed session")

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        packed = request.query.get("compress") == "zlib-stream"
        reset = partial(reset_connection, request)
        connection = Connection(socket, zlib.compressobj() if packed else None, reset, self._delivered)
        self._connections.add(connection)
        pump: asyncio.Task[None] | None = None
        try:
            await connection.send(HELLO, {"heartbeat_interval": int(self.heartbeat_interval_s * 1000)})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    body = json.loads(message.data)
                    await self._receive(connection, body["op"], body.get("d"))
                if connection.session and pump is None:
                    pump = asyncio.create_task(connection.pump())
        finally:
            if pump:
                pump.cancel()
            self._leave(connection)
        return socket

    def _leave(self, connection: Connection) -> None:
        """A client that closes with 1000 or 1001 gives up its session; any other may come back."""
        self._connections.discard(connection)
        session = connection.session
        if session and session.connection is connection:
            session.connection = None
            if not connection.dropped and connection.socket.close_code in (1000, 1001):
                self._sessions.pop(session.id, None)

    async def _receive(self, connection: Connection, op: int, data: Json) -> None:
        if op == HEARTBEAT:
            self.heartbeats += 1
            await connection.send(HEARTBEAT_ACK)
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            await self._resume(connection, data)
        elif op == REQUEST_MEMBERS and connection.session:
            self._send_members(connection.session, data)

    async def _identify(self, connection: Connection, data: Json) -> None:
        self.identifies.append(data)
        if data["token"] != self._double.token:
            await connection.socket.close(code=AUTHENTICATION_FAILED)
        elif data["intents"] & PRIVILEGED & ~self.granted_intents:
            await connection.socket.close(code=DISALLOWED_INTENTS)
        else:
            session = Session(secrets.token_hex(16), data["intents"], connection=connection)
            self._sessions[session.id] = session
            self._awaited = False
            connection.session = session
            self._welcome(session, data.get("shard") or [0, 1])

    def _welcome(self, session: Session, shard: list[int]) -> None:
        guilds = list(self._double.guilds.values())
        ready = {
            "v": 10,
            "user": self._double.bot.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._double.gateway_url,
            "shard": shard,
            "application": {"id": str(self._double.application_id), "flags": 0},
        }
        self._append(session, "READY", ready)
        for guild in guilds:
            if session.intents & GUILDS and guild.available:
                self._append(session, "GUILD_CREATE", guild.payload() | {"unavailable": False})

    async def _resume(self, connection: Connection, data: Json) -> None:
        session = self._sessions.get(data["session_id"])
        if session is None or data["token"] != self._double.token:
            await connection.send(INVALID_SESSION, False)
            return
        self.resumes += 1
        session.connection = connection
        connection.sent = data["seq"] or 0
        connection.session = session
        self._append(session, "RESUMED", {})

    def _send_members(self, session: Session, data: Json) -> None:
        guild = self._double.guilds[int(data["guild_id"])]
        wanted = {str(item) for item in data.get("user_ids") or []}
        prefix = data.get("query") or ""
        members = [m for m in guild.members.values() if str(m.id) in wanted or (prefix and prefix in m.name)]
        chunk = {
            "guild_id": str(guild.id),
            "members": [member.payload() for member in members],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
            "nonce": data.get("nonce"),
        }
        self._append(session, "GUILD_MEMBERS_CHUNK", chunk)


def _intent(event: str, data: Json) -> int:
    """The intent that a client needs for an event."""
    if event.startswith("MESSAGE_"):
        return GUILD_MESSAGES if "guild_id" in data else DIRECT_MESSAGES
    return GUILDS if event.startswith(("GUILD_", "CHANNEL_")) else 0
