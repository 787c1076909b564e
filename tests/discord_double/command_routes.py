"""Routes for registering commands."""

from typing import TYPE_CHECKING

from tests.discord_double.commands import command_problems, commands_problems
from tests.discord_double.routing import Answer, Request, route
from tests.discord_double.rules import Problems

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble


GLOBAL = "/applications/{application_id}/commands"
OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _set_rules(request: Request) -> Problems:
    return commands_problems(request.body)


def _rules(request: Request) -> Problems:
    return command_problems(request.body)


@route("commands", "GET", GLOBAL)
@route("commands", "GET", OF_GUILD)
async def _list_commands(double: "DiscordDouble", request: Request) -> Answer:
    return 200, double.commands.get(_scope(request), [])


@route("commands", "PUT", GLOBAL, _set_rules)
@route("commands", "PUT", OF_GUILD, _set_rules)
async def _replace_commands(double: "DiscordDouble", request: Request) -> Answer:
    return 200, double.store_commands(_scope(request), request.body)


@route("command", "POST", GLOBAL, _rules)
@route("command", "POST", OF_GUILD, _rules)
async def _add_command(double: "DiscordDouble", request: Request) -> Answer:
    new, scope = (request.body["name"], request.body.get("type") or 1), _scope(request)
    others = [c for c in double.commands.get(scope, []) if (c["name"], c["type"]) != new]
    return 201, double.store_commands(scope, [*others, request.body])[-1]


@route("command", "DELETE", GLOBAL + "/{command_id}")
@route("command", "DELETE", OF_GUILD + "/{command_id}")
async def _remove_command(double: "DiscordDouble", request: Request) -> Answer:
    stored = double.commands.get(_scope(request), [])
    stored[:] = [command for command in stored if command["id"] != request.parameters["command_id"]]
    return 204, None


def _scope(request: Request) -> int | None:
    """The guild whose commands are meant, None for those of everywhere."""
    guild = request.parameters.get("guild_id")
    return int(guild) if guild else None
