"""Who may do what, and what no server sees of another."""

from typing import Any

import pytest

from bot.client import Rumourmill
from bot.markup import unescape
from tests.bot.trip.conftest import ABOUT_IT, FORM, TEXT, TITLE, add, quotes
from tests.discord_double import Attachment, Channel, DiscordDouble, Member


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("article add", {}),
        ("article add", {"file": Attachment("a.md", TEXT.encode())}),
        ("article list", {}),
        ("article show", {"id": "1"}),
        ("article remove", {"id": "6"}),
        ("article edit", {"id": "6"}),
        ("article import", {"file": Attachment("a.md", TEXT.encode())}),
        ("article restore", {"id": "6"}),
        ("audit", {}),
    ],
)
async def test_fan_is_refused_every_command_for_articles(
    client: Rumourmill,
    fan: Member,
    moderator: Member,
    channel: Channel,
    command: str,
    options: dict[str, Any],
) -> None:
    await add(moderator, channel)
    reply = await fan.slash(channel, command, validate=False, **options)
    assert reply.text == "You need the permission Manage Messages for that."
    assert reply.ephemeral
    assert reply.modal is None
    assert quotes(await fan.slash(channel, "ask", question=ABOUT_IT), TEXT)


async def test_fan_is_offered_no_ids_even_where_an_admin_opened_the_command_to_everyone(
    client: Rumourmill, double: DiscordDouble, fan: Member, channel: Channel
) -> None:
    opened = [
        c.to_dict(client.tree) | {"default_member_permissions": None} for c in client.tree.get_commands()
    ]
    double.store_commands(None, opened)
    for command in ("article show", "article remove"):
        assert await fan.autocomplete(channel, command, focused=("id", "")) == []
        assert "Manage Messages" in (await fan.slash(channel, command, id="1")).text


async def test_form_filled_in_after_the_permission_was_taken_is_refused_and_given_back(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    form = await moderator.slash(channel, "article add")
    moderator.roles.clear()
    reply = await form.submit(moderator, FORM)
    assert "Manage Messages" in reply.text
    assert reply.ephemeral
    assert TEXT.encode() in reply.files["article.md"]
    assert not quotes(await fan.slash(channel, "ask", question=ABOUT_IT), TEXT)


async def test_another_server_never_sees_the_article(
    client: Rumourmill, moderator: Member, channel: Channel, rival: Member, lounge: Channel
) -> None:
    await add(moderator, channel)
    asked = await rival.slash(lounge, "ask", question=ABOUT_IT)
    mentioned = await rival.mention(lounge, ABOUT_IT)
    listed = await rival.slash(lounge, "article list", matching="Odegaard")
    shown = await rival.slash(lounge, "article show", id="6")
    removed = await rival.slash(lounge, "article remove", id="6")
    for reply in (asked, mentioned, listed, shown, removed):
        assert TITLE not in unescape(reply.text)
        assert not quotes(reply, TEXT)
    assert "There is no article 6 here" in shown.text
    assert "There is no article 6 here" in removed.text
    assert await rival.autocomplete(lounge, "article show", focused=("id", "Odegaard")) == []
    assert quotes(await moderator.slash(channel, "ask", question=ABOUT_IT), TEXT)


async def test_articles_of_two_servers_stand_side_by_side(
    client: Rumourmill, moderator: Member, channel: Channel, rival: Member, lounge: Channel
) -> None:
    assert (await add(moderator, channel)).text == "Added 1 (article 6)"
    assert (await add(rival, lounge)).text == "Added 1 (article 7)"
    await moderator.slash(channel, "article remove", id="6")
    assert quotes(await rival.slash(lounge, "ask", question=ABOUT_IT), TEXT)
