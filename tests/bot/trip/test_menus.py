"""The menu of a message: a rumour to check, an article to keep."""

import pytest

from bot.client import Rumourmill
from tests.bot.trip.conftest import ABOUT_IT, FORM, TEXT, TITLE, accepted, add, quotes
from tests.discord_double import Channel, Member


async def test_a_rumour_is_checked_for_whoever_asks_with_its_first_report(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel)
    earlier = {
        "title": "Earlier",
        "publisher": "Marca",
        "date": "2024-11-01",
        "link": "https://marca.com/o",
        "text": "Valencia say that Odegaard, who will leave Arsenal, is true to his word.",
    }
    await add(moderator, channel, **{**FORM, **earlier})
    message = fan.says(channel, "is it true that Odegaard will leave Arsenal for Valencia, lads")
    reply = await fan.use_on_message(channel, "Check this rumour", message)
    assert reply.ephemeral
    assert quotes(reply, TEXT)
    assert "First reported here\nMarca · <t:1730462400:D> · [Earlier]" in reply.text
    assert "Sources" in reply.buttons


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("superbowl nachos " * 90, "The articles say nothing about that."),
        ("", "There are no words in that message."),
        ("<@1> <:goal:123>", "There are no words in that message."),
        ("!!! ???", "There are no words in the question"),
    ],
)
async def test_a_message_without_any_rumour_is_told_so(
    client: Rumourmill, fan: Member, channel: Channel, text: str, words: str
) -> None:
    reply = await fan.use_on_message(channel, "Check this rumour", fan.says(channel, text))
    assert words in reply.text
    assert "First reported" not in reply.text
    assert reply.ephemeral


async def test_a_message_becomes_an_article_once_a_moderator_has_looked_it_over(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    message = fan.says(channel, f"{TITLE}\n{TEXT}")
    preview = await moderator.use_on_message(channel, "Add as article", message)
    assert preview.ephemeral
    form = await preview.click(moderator, "Edit")
    await form.submit(moderator, {"publisher": "BBC"})
    assert (await accepted(moderator, preview)).text == "Added 1 (article 6)"
    answer = await fan.slash(channel, "ask", question=ABOUT_IT)
    assert quotes(answer, TEXT)
    assert "BBC · <t:" in answer.text
    jump = f"https://discord.com/channels/{channel.guild and channel.guild.id}/{channel.id}/{message.id}"
    assert f"[{TITLE}]({jump})" in answer.text


async def test_a_post_that_a_link_shows_becomes_an_article_with_its_own_link(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    message = fan.says(channel, "")
    embed = {"type": "article", "title": TITLE, "description": TEXT, "url": "https://bbc.co.uk/o"}
    message.data["embeds"] = [embed | {"provider": {"name": "BBC Sport"}}]
    await accepted(moderator, await moderator.use_on_message(channel, "Add as article", message))
    answer = await fan.slash(channel, "ask", question=ABOUT_IT)
    assert "BBC Sport · <t:" in answer.text
    assert f"[{TITLE}](https://bbc.co.uk/o)" in answer.text


async def test_a_message_whose_first_line_is_too_long_for_a_title_is_kept_whole(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    text = f"{'word ' * 400}\nThe end."
    preview = await moderator.use_on_message(channel, "Add as article", fan.says(channel, text))
    assert (await accepted(moderator, preview)).text == "Added 1 (article 6)"
    stored = await client.services.store.articles.get(6, guild_id=moderator.guild.id)
    assert stored.text == f"{'word ' * 399}word\nThe end."


async def test_fan_is_refused_to_add_a_message(client: Rumourmill, fan: Member, channel: Channel) -> None:
    message = fan.says(channel, TEXT)
    reply = await fan.use_on_message(channel, "Add as article", message, validate=False)
    assert reply.text == "You need the permission Manage Messages for that."
    assert reply.modal is None
