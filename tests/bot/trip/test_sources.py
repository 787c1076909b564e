"""Publishers, and what people are told of what is kept."""

import json

from bot.client import Rumourmill
from tests.bot.trip.conftest import FORM, TITLE, add
from tests.discord_double import Channel, DiscordDouble, Member, links

# Sources


async def test_publishers_are_listed_with_how_many_articles_and_of_what_time(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, **{**FORM, "publisher": "Marca"})
    reply = await fan.slash(channel, "source list")
    assert reply.ephemeral
    lines = reply.text.split("\n")
    assert lines[1:3] == [
        "**Marca**",
        "-# 2 articles · <t:1730808000:D> – <t:1730894400:D> · 1 of this server",
    ]
    assert lines[3:5] == ["**AS**", "-# 1 article · <t:1730894400:D>"]
    assert "Page 1 of 1" in reply.text


async def test_a_publisher_is_offered_and_shown_with_its_newest_articles(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, **{**FORM, "publisher": "Marca"})
    assert await fan.autocomplete(channel, "source show", focused=("name", "mar")) == [
        {"name": "Marca", "value": "Marca"}
    ]
    for name in ("Marca", "MÁRCA", "mar"):
        reply = await fan.slash(channel, "source show", name=name)
        assert [link.url for link in links(reply.text)] == ["https://example.org/1", FORM["link"]]
        assert reply.text.index("Raúl") < reply.text.index(TITLE)
        assert f"({FORM['link']}) · of this server" in reply.text
    later = await fan.slash(channel, "source show", name="Marca", page=2)
    assert TITLE not in later.text


async def test_another_servers_publishers_are_neither_listed_nor_shown(
    client: Rumourmill, moderator: Member, channel: Channel, rival: Member, lounge: Channel
) -> None:
    await add(moderator, channel)
    assert "BBC" not in (await rival.slash(lounge, "source list")).text
    assert await rival.autocomplete(lounge, "source show", focused=("name", "BBC")) == []
    reply = await rival.slash(lounge, "source show", name="BBC")
    assert reply.text == "No article here is from BBC. /source list shows who published them."
    own = await rival.slash(lounge, "source show", name="Marca")
    assert TITLE not in own.text


# What is kept of people


async def test_people_are_told_what_is_kept_and_can_have_and_forget_it(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel)
    assert "You added" not in (await fan.slash(channel, "privacy show")).text
    told = await moderator.slash(channel, "privacy show")
    assert told.ephemeral
    assert "You added 1 article to this server." in told.text
    export = await moderator.slash(channel, "privacy export")
    assert export.ephemeral
    kept = json.loads(export.files["rumourmill.json"])
    [row] = kept["added"]
    assert (row["article"], row["title"]) == (6, TITLE)
    assert [(act["action"], act["article"]) for act in kept["audit"]] == [("added", 6)]
    forgotten = await moderator.slash(channel, "privacy forget")
    assert "Your number stood on 1 article" in forgotten.text
    shown = await moderator.slash(channel, "article show", id="6")
    assert moderator.mention_text not in shown.text
    assert "You added 0 articles" in (await moderator.slash(channel, "privacy show")).text


async def test_an_export_of_one_server_holds_nothing_of_another(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, lounge: Channel
) -> None:
    await add(moderator, channel)
    assert lounge.guild is not None
    there = lounge.guild.add_member("there", user=moderator.user)
    export = await there.slash(lounge, "privacy export")
    assert json.loads(export.files["rumourmill.json"])["added"] == []
