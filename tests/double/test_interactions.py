"""Acknowledgements, tokens, follow-ups, pings and files, each by Discord's rules."""

import io
from typing import Any

import discord
import pytest
from discord.http import Route

from tests.discord_double.rules import Json
from tests.double.conftest import Trip, modal

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


async def test_answer_after_three_seconds_finds_no_interaction(rule_trip: Trip) -> None:
    async def late(interaction: discord.Interaction[Any]) -> None:
        rule_trip.double.clock.advance(3.1)
        await interaction.response.defer()

    error = await rule_trip.answer(late)
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062
    rule_trip.double.acknowledgement_limit_s = 5
    assert await rule_trip.answer(late) is None


async def test_second_acknowledgement_is_refused(rule_trip: Trip) -> None:
    async def twice(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        await rule_trip.raw_callback(interaction, {"type": 9, "data": modal()})

    error = await rule_trip.answer(twice)
    assert isinstance(error, discord.HTTPException)
    assert error.code == 40060
    assert "already acknowledged" in rule_trip.double.violations[0]


async def test_the_same_acknowledgement_again_is_refused_but_no_breach(rule_trip: Trip) -> None:
    async def twice(interaction: discord.Interaction[Any]) -> None:
        for _ in range(2):
            await rule_trip.raw_callback(interaction, {"type": 5})

    error = await rule_trip.answer(twice)
    assert isinstance(error, discord.HTTPException)
    assert error.code == 40060
    assert rule_trip.double.violations == []


async def test_command_can_not_be_answered_as_a_button(rule_trip: Trip) -> None:
    assert isinstance(await rule_trip.post({}, kind=6), discord.HTTPException)
    assert "6 can't answer" in rule_trip.double.violations[0]


async def test_token_expires(rule_trip: Trip) -> None:
    async def slow(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        rule_trip.double.clock.advance(15 * 60)
        await interaction.followup.send("too late")

    error = await rule_trip.answer(slow)
    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (401, 50027)


async def test_follow_up_needs_an_acknowledgement(rule_trip: Trip) -> None:
    error = await rule_trip.answer(lambda interaction: interaction.followup.send("x"))
    assert isinstance(error, discord.NotFound)
    assert "acknowledged" in rule_trip.double.violations[0]


async def test_public_deferral_stays_public(rule_trip: Trip) -> None:
    async def hide(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        await interaction.followup.send("x", ephemeral=True)

    assert await rule_trip.answer(hide) is None
    (message,) = rule_trip.channel.messages
    assert not message.ephemeral
    assert "can't become an ephemeral" in rule_trip.double.violations[0]


async def test_follow_up_of_a_deleted_public_deferral_may_be_private(rule_trip: Trip) -> None:
    async def withdraw(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()
        await interaction.followup.send("x", ephemeral=True)

    assert await rule_trip.answer(withdraw) is None
    (message,) = rule_trip.channel.messages
    assert message.ephemeral
    assert rule_trip.double.violations == []


async def test_empty_message_is_refused(rule_trip: Trip) -> None:
    error = await rule_trip.post({"content": " \n"})
    assert isinstance(error, discord.HTTPException)
    assert error.code == 50006

    async def wipe(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("x")
        await interaction.edit_original_response(content=None)

    error = await rule_trip.answer(wipe)
    assert isinstance(error, discord.HTTPException)
    assert error.code == 50006


@pytest.mark.parametrize(
    ("data", "pings"),
    [
        ({"content": "<@7>"}, ["<@7>"]),
        ({"content": "@everyone <@&7>"}, []),
        ({"content": "@here", "allowed_mentions": {"parse": ["everyone"]}}, ["@here"]),
        ({"content": "<@&7>", "allowed_mentions": {"roles": ["7"]}}, ["<@&7>"]),
        ({"content": "<@7> @everyone", "allowed_mentions": {"parse": []}}, []),
        ({"embeds": [{"description": "<@7>"}]}, []),
    ],
)
async def test_ping_is_noted(rule_trip: Trip, data: Json, pings: list[str]) -> None:
    assert await rule_trip.post(data) is None
    assert [v.split(" the message pings ")[1] for v in rule_trip.double.violations] == pings


async def test_ping_of_a_message_and_of_a_reply_is_noted(rule_trip: Trip) -> None:
    channel = rule_trip.client.get_channel(rule_trip.channel.id)
    assert isinstance(channel, discord.TextChannel)
    rule_trip.client._connection.allowed_mentions = None
    await channel.send("@everyone")
    asked = rule_trip.fan.says(rule_trip.channel, "hi")
    await channel.send("x", reference=discord.MessageReference(message_id=asked.id, channel_id=channel.id))
    assert len(rule_trip.double.violations) == 2
    assert "@everyone" in rule_trip.double.violations[0]
    assert "author" in rule_trip.double.violations[1]


async def test_channel_message_can_not_be_ephemeral(rule_trip: Trip) -> None:
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=rule_trip.channel.id)
    with pytest.raises(discord.HTTPException):
        await rule_trip.client.http.request(route, json={"content": "x", "flags": 64})


async def test_large_file_is_refused(rule_trip: Trip) -> None:
    async def send(interaction: discord.Interaction[Any]) -> None:
        large = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "a.bin")
        await interaction.response.send_message(file=large)

    error = await rule_trip.answer(send)
    assert isinstance(error, discord.HTTPException)
    assert error.status == 413


async def test_unknown_route_is_noted(rule_trip: Trip) -> None:
    with pytest.raises(discord.NotFound):
        await rule_trip.client.http.request(Route("GET", "/nowhere"))
    assert "no such route" in rule_trip.double.violations[0]
