"""Faults, and the gateway."""

import asyncio
import subprocess
import sys

import aiohttp
import discord
import pytest

from tests.discord_double import Attachment, DiscordDouble
from tests.double.conftest import Bot, Trip

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


async def test_server_error_is_tried_again(trip: Trip) -> None:
    trip.double.faults.next("callback", status=502)
    assert await trip.post({"content": "x"}) is None
    assert [request.status for request in trip.double.requests_to("callback")] == [502, 204]


async def test_reset_connection_breaks_the_request(trip: Trip) -> None:
    trip.double.faults.next("callback", reset=True)
    assert isinstance(await trip.post({"content": "x"}), (OSError, aiohttp.ClientError))
    assert trip.channel.messages == []
    trip.double.faults.next("callback", reset=True, after=True)
    assert isinstance(await trip.post({"content": "x"}), (OSError, aiohttp.ClientError))
    assert len(trip.channel.messages) == 1


async def test_rate_limit_is_waited_for_only_with_via(trip: Trip) -> None:
    trip.double.faults.next("callback", status=429, retry_after_s=0.01, times=2)
    assert await trip.post({"content": "x"}) is None
    assert len(trip.double.requests_to("callback")) == 3
    trip.double.faults.next("callback", status=429, via=False)
    assert isinstance(await trip.post({"content": "x"}), discord.HTTPException)


async def test_fault_carries_discords_code_and_hits_files(trip: Trip) -> None:
    trip.double.faults.next("callback", status=404, code=10062)
    error = await trip.post({"content": "x"})
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062
    trip.double.faults.next("file", status=404, delay_s=0.01)
    moderator = trip.guild.add_member("mod", permissions=discord.Permissions(manage_messages=True).value)
    await moderator.slash(trip.channel, "article add", file=Attachment("a", b""), wait="nothing")
    await trip.double.until(lambda: trip.double.errors != [])
    assert "asset not found" in trip.double.errors[0]
    with pytest.raises(ValueError, match="no route 'nowhere'"):
        trip.double.faults.next("nowhere", status=500)


async def test_fault_hits_only_what_it_is_meant_for_until_it_is_cancelled(trip: Trip) -> None:
    here, there = (
        trip.client.get_partial_messageable(channel.id)
        for channel in (trip.channel, trip.guild.add_channel("there"))
    )
    fault = trip.double.faults.next(
        "message", status=400, times=9, when=lambda request: request.parameters["channel_id"] == str(there.id)
    )
    await here.send("hello")
    with pytest.raises(discord.HTTPException):
        await there.send("hello")
    trip.double.faults.cancel(fault)
    await there.send("hello")
    assert fault.hits == 1


async def test_message_that_is_sent_twice_with_its_nonce_is_one(trip: Trip) -> None:
    channel = trip.client.get_partial_messageable(trip.channel.id)
    first = await channel.send("once", nonce="7")
    assert (await channel.send("once", nonce="7")).id == first.id
    assert (await channel.send("once", nonce="8")).id != first.id


async def test_connection_that_breaks_is_resumed_and_misses_nothing(trip: Trip) -> None:
    breaking = asyncio.create_task(trip.double.gateway.reset())
    await asyncio.sleep(0)
    message = trip.fan.says(trip.channel, f"{trip.double.bot.mention} meanwhile")
    await breaking
    await trip.double.until(lambda: len(trip.client.heard) == 1)
    assert trip.double.gateway.delivered(message.id)
    assert len(trip.double.gateway.identifies) == 1


async def test_what_happens_without_a_session_is_delivered_to_nobody(trip: Trip) -> None:
    invalid = asyncio.create_task(trip.double.gateway.invalidate())
    await asyncio.sleep(0)
    reply = await trip.fan.slash(trip.channel, "raw", wait="nothing")
    message = trip.fan.says(trip.channel, f"{trip.double.bot.mention} meanwhile")
    await invalid
    trip.fan.says(trip.channel, f"{trip.double.bot.mention} afterwards")
    await trip.double.until(lambda: len(trip.client.heard) == 1)
    assert reply.interaction is not None
    assert not trip.double.gateway.delivered(reply.interaction.id)
    assert not trip.double.gateway.delivered(message.id)
    assert not reply.acknowledged


async def test_client_resumes_and_misses_nothing(trip: Trip) -> None:
    await trip.double.gateway.reconnect()
    await trip.double.gateway.close(4000)
    trip.fan.says(trip.channel, f"{trip.double.bot.mention} meanwhile")
    await trip.double.until(lambda: len(trip.client.heard) == 1)
    assert trip.double.gateway.resumes == 2
    assert len(trip.double.gateway.identifies) == 1


async def test_invalid_session_is_begun_anew(trip: Trip) -> None:
    await trip.double.gateway.invalidate()
    assert len(trip.double.gateway.identifies) == 2
    assert await trip.post({"content": "x"}) is None
    await trip.double.gateway.invalidate(resumable=True)
    assert len(trip.double.gateway.identifies) == 2


async def test_heart_beats(double: DiscordDouble) -> None:
    double.gateway.heartbeat_interval_s = 0.02
    async with double.running(Bot()) as client:
        await double.until(lambda: double.gateway.heartbeats >= 3)
        assert client.latency < 10


async def test_privileged_intents_are_not_granted(double: DiscordDouble) -> None:
    client = discord.Client(intents=discord.Intents(guilds=True, message_content=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with double.running(client):
            pass
    assert double.identified_intents == client.intents.value
    double.gateway.granted_intents = client.intents.value
    async with double.running(discord.Client(intents=client.intents)):
        pass


async def test_foreign_token_is_refused(double: DiscordDouble) -> None:
    client = Bot()
    with pytest.raises(discord.LoginFailure):
        await client.start("foreign.token")
    await client.close()


async def test_mention_needs_the_intent(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    with pytest.raises(RuntimeError, match="No client is connected"):
        await fan.mention(channel, "who?")
    async with double.running(discord.Client(intents=discord.Intents(guilds=True))):
        with pytest.raises(RuntimeError, match="guild_messages"):
            await fan.mention(channel, "who?")


async def test_servers_come_and_go(trip: Trip) -> None:
    trip.client.events.clear()
    second = trip.double.add_guild("second")
    trip.double.begin_outage(second)
    trip.double.end_outage(second)
    trip.double.remove_guild(second)
    await trip.double.until(lambda: len(trip.client.events) == 4)
    assert trip.client.events == ["join", "unavailable", "available", "remove"]


async def test_client_of_another_process_connects(double: DiscordDouble) -> None:
    program = double.preamble + (
        "import discord\n"
        "client = discord.Client(intents=discord.Intents(guilds=True))\n"
        f"client.run({double.token!r})\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-c", program, stderr=subprocess.DEVNULL
    )
    await double.until(lambda: double.gateway.connected, timeout_s=30)
    process.kill()
    await process.wait()
    assert double.identified_intents == 1
