from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Services
from bot.client import Rumourmill
from bot.config import Config, LimitsSection
from bot.pace import WINDOW_S, Pace, TooFastError
from index.types import Answer, Quote, Source
from tests.bot.conftest import CannedEngine
from tests.discord_double import Channel, DiscordDouble, Guild, Member

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
OURS, THEIRS = 5, 6
LIMITS = LimitsSection(member_questions=2, server_questions=3, server_questions_a_day=5)
QUESTION = "who replaces Ancelotti?"


@pytest.fixture
def pace() -> Pace:
    return Pace(LIMITS)


def refusal(pace: Pace, guild: int, member: int, after_s: float) -> TooFastError | None:
    try:
        pace.take(guild, member, NOON + timedelta(seconds=after_s))
    except TooFastError as error:
        return error
    return None


def test_a_member_waits_for_the_end_of_the_window_and_is_told_when_that_is(pace: Pace) -> None:
    assert not refusal(pace, OURS, 1, 0)
    assert not refusal(pace, OURS, 1, 5)
    refused = refusal(pace, OURS, 1, 6)
    assert refused is not None
    assert refused.until == NOON + timedelta(seconds=WINDOW_S)
    assert not refused.by_server
    assert not refusal(pace, THEIRS, 1, 6)
    assert not refusal(pace, OURS, 1, WINDOW_S + 1)


def test_members_of_a_server_share_its_window(pace: Pace) -> None:
    assert not any(refusal(pace, OURS, member, 0) for member in (1, 2, 3))
    refused = refusal(pace, OURS, 4, 1)
    assert refused is not None
    assert refused.by_server
    assert not refusal(pace, THEIRS, 4, 1)


def test_what_is_refused_does_not_count(pace: Pace) -> None:
    assert not any(refusal(pace, OURS, 1, 0) for _ in range(2))
    assert all(refusal(pace, OURS, 1, 1) for _ in range(9))
    assert not refusal(pace, OURS, 2, 2)


def test_a_server_has_so_many_questions_a_day_and_as_many_the_next(pace: Pace) -> None:
    assert not any(refusal(pace, OURS, 1, n * WINDOW_S * 2) for n in range(5))
    refused = refusal(pace, OURS, 1, 3600)
    assert refused is not None
    assert refused.until == datetime(2026, 8, 2, tzinfo=UTC)
    assert not refusal(pace, THEIRS, 1, 3600)
    assert not refusal(pace, OURS, 1, 12 * 3600)


# In Discord


@pytest.fixture
def config(config: Config) -> Config:
    return config.model_copy(update={"limits": LIMITS})


@pytest.fixture
async def client(
    double: DiscordDouble, services: Services, engine: CannedEngine
) -> AsyncIterator[Rumourmill]:
    quote = Quote(Source(1, None, "Alonso", "BBC", NOON, None), "Alonso is close.", 0)
    engine.answer = Answer("", NOON, 412, (quote,))
    client = Rumourmill(services)
    async with double.running(client):
        yield client


async def test_whoever_asks_too_fast_is_told_privately_when_to_ask_again(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel
) -> None:
    for _ in range(2):
        await fan.slash(channel, "ask", question=QUESTION)
    refused = await fan.slash(channel, "ask", question=QUESTION)
    assert refused.text.startswith("That was quick. Ask again <t:")
    assert refused.ephemeral
    checked = await fan.use_on_message(channel, "Check this rumour", fan.says(channel, QUESTION))
    mentioned = await fan.mention(channel, QUESTION)
    for reply in (checked, mentioned):
        assert reply.text.startswith("That was quick. Ask again <t:")
    assert len(engine.asked) == 2


async def test_a_busy_server_is_told_that_it_is(
    client: Rumourmill, guild: Guild, fan: Member, channel: Channel
) -> None:
    for number in range(3):
        await guild.add_member(f"fan {number}").slash(channel, "ask", question=QUESTION)
    refused = await fan.slash(channel, "ask", question=QUESTION)
    assert refused.text.startswith("This server has asked a lot. Ask again <t:")
