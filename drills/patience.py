"""Everybody waits longer than in earnest, lest a busy machine be taken for a fault."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import patch

from bot import respond
from tests.discord_double import DiscordDouble

DISCORD_WAITS_S = 3.0
SLOWNESS = 3


@asynccontextmanager
async def patience(double: DiscordDouble) -> AsyncIterator[None]:
    """Discord and the bot wait so many times as long for a first answer."""
    double.acknowledgement_limit_s = DISCORD_WAITS_S * SLOWNESS
    longer = {name: getattr(respond, name) * SLOWNESS for name in ("ACKNOWLEDGE_S", "ATTEMPT_S")}
    with patch.multiple(respond, **longer):
        yield
