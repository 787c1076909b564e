"""Routes about the bot itself and the servers that it is in."""

from typing import TYPE_CHECKING

from tests.discord_double.routing import Answer, RefusedError, Request, route
from tests.discord_double.rules import Problem

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble


@route("gateway", "GET", "/gateway")
async def _gateway(double: "DiscordDouble", _: Request) -> Answer:
    return 200, {"url": double.gateway_url}


@route("gateway", "GET", "/gateway/bot")
async def _gateway_bot(double: "DiscordDouble", _: Request) -> Answer:
    limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
    return 200, {"url": double.gateway_url, "shards": 1, "session_start_limit": limit}


@route("me", "GET", "/users/@me")
async def _me(double: "DiscordDouble", _: Request) -> Answer:
    return 200, double.bot.payload()


@route("application", "GET", "/oauth2/applications/@me")
@route("application", "GET", "/applications/@me")
async def _application(double: "DiscordDouble", _: Request) -> Answer:
    double = double
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
async def _guild(double: "DiscordDouble", request: Request) -> Answer:
    return 200, double.guild(int(request.parameters["guild_id"])).payload()


@route("member", "GET", "/guilds/{guild_id}/members/{user_id}")
async def _member(double: "DiscordDouble", request: Request) -> Answer:
    guild = double.guild(int(request.parameters["guild_id"]))
    member = guild.members.get(int(request.parameters["user_id"]))
    if member is None:
        raise RefusedError(404, 10007, "Unknown Member")
    return 200, member.payload()


@route("direct", "POST", "/users/@me/channels")
async def _open_direct(double: "DiscordDouble", request: Request) -> Answer:
    for user in double.users():
        if str(user.id) == str(request.body["recipient_id"]):
            return 200, double.direct_channel(user).payload()
    raise double.refusal(request, Problem("recipient_id", "Unknown user"))
