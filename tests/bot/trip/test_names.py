"""The newest reports, and those on a name."""

import pytest

from bot.client import Rumourmill
from bot.markup import unescape
from tests.bot.trip.conftest import FORM, QUESTION, TITLE, add
from tests.discord_double import Channel, Member


async def test_the_newest_articles_about_a_name_are_quoted_newest_first(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    for day, text in (("05", "They saw Martin Ødegaard."), ("07", "They saw Martin Odegaard leave Arsenal.")):
        await add(moderator, channel, title=f"On {day}", date=f"2024-11-{day}", text=f"{text} The end.")
    [choice] = await fan.autocomplete(channel, "rumour about", focused=("name", "øde"))
    reply = await fan.slash(channel, "rumour about", name=choice["value"])
    assert reply.embeds[0]["title"] == "Martin Odegaard"
    shown = unescape(reply.text)
    assert shown.index("They saw **Martin Odegaard** leave Arsenal.") < shown.index(
        "They saw **Martin Ødegaard**."
    )
    assert "The end." not in shown
    assert "2 articles looked at" in shown
    assert "They saw **Martin Odegaard**" in (await fan.slash(channel, "rumour about", name="odegaard")).text
    await moderator.slash(channel, "article remove", id="7")
    await reply.until(lambda r: "withdrawn" in r.text)
    assert "leave Arsenal" not in reply.text


async def test_names_are_offered_by_nickname_and_letters(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, title=TITLE, text="They saw Martin Odegaard leave Arsenal.")
    offered = await fan.autocomplete(channel, "rumour about", focused=("name", "gunners"))
    assert offered == [{"name": "Arsenal", "value": "Arsenal"}]
    everything = await fan.autocomplete(channel, "rumour about", focused=("name", ""))
    assert {"Arsenal", "Martin Odegaard"} <= {choice["value"] for choice in everything}


async def test_another_servers_names_are_neither_offered_nor_told(
    client: Rumourmill, moderator: Member, channel: Channel, rival: Member, lounge: Channel
) -> None:
    await add(moderator, channel, title=TITLE, text="They saw Martin Odegaard leave Arsenal.")
    assert await rival.autocomplete(lounge, "rumour about", focused=("name", "odegaard")) == []
    reply = await rival.slash(lounge, "rumour about", name="Martin Odegaard")
    assert reply.text == "No article here mentions Martin Odegaard."
    assert TITLE not in (await rival.slash(lounge, "rumour latest")).text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "No article here mentions nobody."),
        ("!", "No article here mentions !."),
        ("Martin Odegard", "No article here mentions Martin Odegard. Did you mean Martin Odegaard?"),
        ("Martin", "Several names begin like that: Martin Keown, Martin Odegaard."),
    ],
)
async def test_a_name_that_is_not_clear_is_asked_for_again(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, name: str, words: str
) -> None:
    await add(moderator, channel, title=TITLE, text="They saw Martin Odegaard and Martin Keown.")
    for reply in (
        await fan.slash(channel, "rumour about", name=name),
        await fan.slash(channel, "ask", question=QUESTION, club=name),
    ):
        assert words in unescape(reply.text)
        assert reply.ephemeral


async def test_only_what_mentions_the_chosen_club_answers(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, title=TITLE, text="They saw Pep Lijnders replaces Ancelotti at Arsenal.")
    [choice] = await fan.autocomplete(channel, "ask", focused=("club", "gunners"))
    answer = await fan.slash(channel, "ask", question=QUESTION, club=choice["value"])
    assert answer.embeds[0]["title"] == f"{QUESTION} \\(Arsenal\\)"
    assert "Lijnders" in answer.text
    assert "Alonso" not in answer.text
    assert "1 article looked at" in answer.text


async def test_the_latest_articles_begin_the_list(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, **{**FORM, "date": "2024-11-09", "text": "It begins here. It goes on."})
    reply = await fan.slash(channel, "rumour latest", private=True)
    assert reply.ephemeral
    assert "The latest articles\n> It begins here.\nBBC · <t:1731153600:D>" in reply.text
    assert "It goes on" not in reply.text
    assert "6 articles looked at" in reply.text
    assert reply.buttons == ["More", "Prove it", "Sources", "Was this right?", "Report"]
