"""What people can do."""

import io
from typing import Any

import discord
import pytest

from tests.discord_double import Attachment, DiscordDouble, InputRefusedError, click
from tests.double.conftest import Bot, Trip

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


async def test_command_is_deferred_answered_and_followed_up(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    async with double.running(Bot()):
        reply = await fan.slash(channel, "ask", question="who replaces Ancelotti?", private=True)
        assert reply.deferred
        assert reply.ephemeral
        assert reply.embeds[0]["title"] == "who replaces Ancelotti?"
        assert reply.buttons == ["More", "Source"]
        assert (await reply.followup()).content == "and more"
    assert double.errors == []


async def test_button_still_works_after_a_restart(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    async with double.running(Bot()):
        reply = await fan.slash(channel, "ask", question="who?")
    async with double.running(Bot()):
        clicked = await reply.click(fan, "More")
        assert clicked.content == reply.content == "page 2"
        await reply.click(fan, custom_id="more:3")
        assert reply.content == "page 3"


async def test_modal_is_filled_in_by_labels_and_ids(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel = guild.add_channel("rumours")
    moderator = guild.add_member("mod", permissions=discord.Permissions(manage_messages=True).value)
    async with double.running(Bot()):
        form = await moderator.slash(channel, "article add")
        assert form.modal
        reply = await form.submit(moderator, {"where it stands": "x"}, title="Xabi")
        assert reply.content == "added Xabi|x"
        with pytest.raises(InputRefusedError, match="Title: is too long"):
            await form.submit(moderator, headline="x" * 21)


async def test_attachment_is_downloaded_from_the_double(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel = guild.add_channel("rumours")
    moderator = guild.add_member("mod", permissions=discord.Permissions(manage_messages=True).value)
    async with double.running(Bot()):
        reply = await moderator.slash(channel, "article add", file=Attachment("a b.md", b"# hi"))
        assert reply.content == "a b.md: # hi"


async def test_mention_and_reply_are_answered(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    async with double.running(Bot()):
        reply = await fan.mention(channel, "who?")
        assert reply.content == f"heard {double.bot.mention} who?"
        again = await fan.reply_to(reply, "and then?")
        assert again.content == f"heard and then? after {reply.content}"


async def test_autocomplete_offers_choices(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    async with double.running(Bot()):
        assert await fan.autocomplete(channel, "ask", focused=("club", "ars")) == [
            {"name": "arsenal", "value": "1"}
        ]


# Beyond the first steps


async def test_files_of_an_answer_can_be_read(trip: Trip) -> None:
    async def send(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(file=discord.File(io.BytesIO(b"a,b"), "a.csv"))

    trip.client.answer = send
    reply = await trip.fan.slash(trip.channel, "raw")
    assert reply.files == {"a.csv": b"a,b"}


async def test_client_refuses_what_discord_would_not_send(trip: Trip) -> None:
    with pytest.raises(InputRefusedError, match=r"no command /nothing\. Registered: Check this, article"):
        await trip.fan.slash(trip.channel, "nothing")
    with pytest.raises(InputRefusedError, match="no command /article"):
        await trip.fan.slash(trip.channel, "article")
    with pytest.raises(InputRefusedError, match="question is required"):
        await trip.fan.slash(trip.channel, "ask")
    with pytest.raises(InputRefusedError, match="question: is below the minimum of 3"):
        await trip.fan.slash(trip.channel, "ask", question="x")
    with pytest.raises(InputRefusedError, match="no option 'colour'"):
        await trip.fan.slash(trip.channel, "ask", question="who?", colour="red")
    with pytest.raises(InputRefusedError, match="wrong type"):
        await trip.fan.slash(trip.channel, "ask", question="who?", private="yes")
    with pytest.raises(InputRefusedError, match="not offer /article add to fan"):
        await trip.fan.slash(trip.channel, "article add")
    with pytest.raises(InputRefusedError, match="direct messages"):
        moderator = trip.guild.add_member("admin", permissions=discord.Permissions.all().value)
        await moderator.slash(moderator.direct, "article add")


async def test_hostile_input_gets_through_unvalidated(trip: Trip) -> None:
    reply = await trip.fan.slash(trip.channel, "ask", validate=False, question="x")
    assert reply.embeds[0]["title"] == "x"
    assert (await trip.fan.slash(trip.channel, "article add", validate=False)).modal


async def test_ephemeral_answer_is_seen_by_one_person(trip: Trip) -> None:
    reply = await trip.fan.slash(trip.channel, "ask", question="who?", private=True)
    other = trip.guild.add_member("other")
    with pytest.raises(InputRefusedError, match="does not see"):
        await reply.click(other, "More")
    assert (await click(other, reply.message, custom_id="more:2", validate=False)).content == "page 2"
    assert trip.client.heard == []


async def test_menu_and_direct_messages_work(trip: Trip) -> None:
    async def offer(interaction: discord.Interaction[Any]) -> None:
        select: discord.ui.Select[discord.ui.View] = discord.ui.Select(
            options=[discord.SelectOption(label="Arsenal", value="1")]
        )

        async def chosen(picked: discord.Interaction[Any]) -> None:
            await picked.response.send_message(f"chose {select.values}")

        select.callback = chosen  # type: ignore[method-assign,assignment]
        await interaction.response.send_message("which?", view=discord.ui.View().add_item(select))

    trip.client.answer = offer
    reply = await trip.fan.slash(trip.fan.direct, "raw")
    assert (await reply.select(trip.fan, ["1"])).content == "chose ['1']"


async def test_message_menu_gets_the_message(trip: Trip) -> None:
    message = trip.fan.says(trip.channel, "Mbappé to Madrid")
    reply = await trip.fan.use_on_message(trip.channel, "Check this", message)
    assert reply.content == "checked Mbappé to Madrid"


async def test_registered_commands_count_and_keep_their_ids(trip: Trip) -> None:
    first = {command.name: command.id for command in await trip.client.tree.sync()}
    trip.client.tree.remove_command("raw")
    second = {command.name: command.id for command in await trip.client.tree.sync()}
    assert "raw" in first
    assert second == {name: number for name, number in first.items() if name != "raw"}
    with pytest.raises(InputRefusedError, match="no command /raw"):
        await trip.fan.slash(trip.channel, "raw")
    assert [command.id for command in await trip.client.tree.fetch_commands()] == list(second.values())


async def test_words_are_hidden_unless_meant_for_the_bot(trip: Trip) -> None:
    secret = trip.fan.says(trip.channel, "between us")
    trip.fan.says(trip.channel, f"{trip.double.bot.mention} hello")
    other = trip.guild.add_member("other")
    other.says(trip.channel, f"{trip.double.bot.mention} this", answering=secret)
    other.says(trip.fan.direct, "in private")
    await trip.double.until(lambda: len(trip.client.heard) == 4)
    bot = trip.double.bot.mention
    assert trip.client.heard == ["", f"{bot} hello", f"{bot} this", "in private"]
    channel = trip.client.get_channel(trip.channel.id)
    assert isinstance(channel, discord.TextChannel)
    assert [m.content async for m in channel.history()] == [f"{bot} this", f"{bot} hello", ""]
    assert (await channel.fetch_message(secret.id)).content == ""


async def test_channel_keeps_out_who_lacks_the_permission(trip: Trip) -> None:
    channel = trip.client.get_channel(trip.channel.id)
    assert isinstance(channel, discord.TextChannel)
    trip.channel.deny(trip.guild.me, discord.Permissions(send_messages=True).value)
    with pytest.raises(discord.Forbidden) as caught:
        await channel.send("x")
    assert caught.value.code == 50013
    trip.channel.deny(trip.guild.everyone, discord.Permissions(view_channel=True).value)
    with pytest.raises(discord.Forbidden):
        await channel.fetch_message(1)
    trip.fan.says(trip.channel, f"{trip.double.bot.mention} hello")
    reply = await trip.fan.slash(trip.channel, "ask", question="who?")
    assert reply.embeds
    assert trip.client.heard == []


async def test_bot_edits_and_deletes_its_messages(trip: Trip) -> None:
    channel = trip.client.get_channel(trip.channel.id)
    assert isinstance(channel, discord.TextChannel)
    sent = await channel.send("one")
    assert (await sent.edit(content="two")).content == "two"
    assert [message.content for message in trip.channel.messages] == ["two"]
    await sent.delete()
    assert trip.channel.messages == []
    asked = trip.fan.says(trip.channel, "mine")
    with pytest.raises(discord.Forbidden):
        await channel.get_partial_message(asked.id).edit(content="yours")
