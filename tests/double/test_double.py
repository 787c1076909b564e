"""How the double speaks to tests."""

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.discord_double import DiscordDouble
from tests.double.conftest import nothing, travelling

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


async def test_broken_rules_fail_the_test() -> None:
    with pytest.raises(AssertionError, match=r"rules were broken:\n.*surrogate"):
        async with DiscordDouble(None) as double, travelling(double) as trip:
            await trip.post({"content": "\ud800"})
    with pytest.raises(KeyError) as caught:
        async with DiscordDouble(None) as double, travelling(double) as trip:
            await trip.post({"content": "\ud800"})
            raise KeyError
    assert "surrogate" in caught.value.__notes__[0]


async def test_waiting_in_vain_tells_what_happened() -> None:
    async with DiscordDouble(wait_s=0.1) as double, travelling(double) as trip:
        trip.client.answer = nothing
        with pytest.raises(AssertionError, match=r"Waited 0\.1 s(.|\n)*GET /api/v10/users/@me \[me\] -> 200"):
            await trip.fan.slash(trip.channel, "raw")


async def test_discord_py_is_left_as_it_was() -> None:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with DiscordDouble():
        assert before[0] != Route.BASE
    assert before == (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
