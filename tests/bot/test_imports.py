"""Files with many articles, in a Discord on loopback."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot import imports
from bot.client import Rumourmill
from bot.config import Config
from bot.markup import unescape
from corpus.types import GuildSettings
from index.errors import ModelError
from tests.bot.conftest import MANAGE_MESSAGES, bot
from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Reply, click

BUTTON = {"type": 2, "style": 2, "label": "How far is it?", "custom_id": "import:report"}


@pytest.fixture
async def client(double: DiscordDouble, config: Config) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        yield client


@pytest.fixture
def gate(client: Rumourmill, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Imports wait for it with their last article."""
    gate = asyncio.Event()
    add = client.services.engine.add

    async def wait(items: Any, *, on_progress: Callable[[int], None], **more: Any) -> Any:
        on_progress(128)
        await gate.wait()
        return await add(items, on_progress=on_progress, **more)

    monkeypatch.setattr(client.services.engine, "add", wait)
    return gate


def rows(many: int) -> bytes:
    return "\n".join(json.dumps({"title": f"T{n}", "text": f"Text {n}."}) for n in range(many)).encode()


def packed(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in files.items():
            file.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


async def count(client: Rumourmill, guild: Guild) -> int:
    return await client.services.store.articles.count(guild_id=guild.id)


@pytest.mark.parametrize(
    ("file", "many"),
    [
        (Attachment("rows.jsonl", rows(300)), 300),
        (Attachment("one.md", b"# T\nText."), 1),
        (Attachment("one.txt", b"Text."), 1),
        (Attachment("ROWS.ZIP", packed(a_jsonl=rows(3), b_md=b"# T\nOther text.")), 4),
    ],
    ids=lambda value: value.name if isinstance(value, Attachment) else "",
)
async def test_every_article_of_a_file_is_stored(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild, file: Attachment, many: int
) -> None:
    reply = await moderator.slash(channel, "article import", file=file)
    assert reply.ephemeral
    assert f"Added {many} (" in reply.text
    assert reply.files == {}
    assert await count(client, guild) == many
    acts = await client.services.store.audit.list(guild_id=guild.id, limit=1000)
    assert [(e.action, e.member) for e in acts] == [("added", moderator.id)] * many


async def test_every_refused_row_is_told_with_its_reason(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    bad = b"\n".join(b"{not JSON" for _ in range(500))
    data = packed(a_jsonl=bad + b"\n" + rows(2), b_pdf=b"%PDF", c_md=b"\xff\xfe")
    reply = await moderator.slash(channel, "article import", file=Attachment("all.zip", data))
    assert "Added 2 (articles 1, 2)\nRefused 502" in reply.text
    assert "… and 492 more" in reply.text
    lines = reply.files["refused.txt"].decode().splitlines()
    assert lines[:500] == [
        f"all.zip/a.jsonl:{n}: The line is not JSON: Expecting property name enclosed in double quotes"
        " at character 2."
        for n in range(1, 501)
    ]
    assert [line.split(":")[0] for line in lines[500:]] == ["all.zip/b.pdf", "all.zip/c.md"]


@pytest.mark.parametrize("name", ["@everyone.zip", "**bold**.zip", "`a`](https://evil.example).zip"])
async def test_hostile_names_are_shown_as_they_are_written(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, name: str
) -> None:
    reply = await moderator.slash(channel, "article import", file=Attachment(name, b"PK"))
    assert f"{name}: The archive is damaged" in unescape(reply.text)
    assert "@everyone" not in reply.text.replace("\\@everyone", "")
    assert double.errors == []


async def test_refusals_beyond_what_a_report_can_hold_are_counted(
    client: Rumourmill,
    moderator: Member,
    channel: Channel,
    guild: Guild,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imports, "MOST_REFUSALS", 3)
    file = Attachment("rows.jsonl", b"{x\n" * 10 + rows(1))
    reply = await moderator.slash(channel, "article import", file=file)
    told = reply.files["refused.txt"].decode().splitlines()
    assert len(told) == 4
    assert told[-1] == "rows.jsonl: It holds 7 more rows that are refused."
    assert await count(client, guild) == 1


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (Attachment("big.zip", b"x", size=30_000_000), "28.6 MiB, and I read up to 25 MiB"),
        (Attachment("rows.tar", b"x"), "I read .jsonl, .md, .txt, .zip files only"),
    ],
    ids=["too big", "another kind"],
)
async def test_a_file_that_is_not_read_is_refused_before_it_is_fetched(
    client: Rumourmill,
    double: DiscordDouble,
    moderator: Member,
    channel: Channel,
    file: Attachment,
    reason: str,
) -> None:
    reply = await moderator.slash(channel, "article import", file=file)
    assert reason in unescape(reply.text)
    assert double.requests_to("file") == []


async def test_how_far_it_is_is_shown_in_the_same_place(
    client: Rumourmill,
    moderator: Member,
    channel: Channel,
    gate: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imports, "TOLD_EVERY_S", 0.01)
    file = Attachment("rows.jsonl", rows(200))
    reply = await moderator.slash(channel, "article import", file=file, wait="acknowledgement")
    await reply.until(lambda r: "128 articles read so far." in r.text)
    gate.set()
    await reply.until(lambda r: "Added 200" in r.text)
    assert len(reply.messages) == 1
    assert "read so far" not in reply.text


async def test_one_import_at_a_time_in_a_server_and_none_waits_for_another_servers(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, gate: asyncio.Event
) -> None:
    file = Attachment("rows.jsonl", rows(2))
    rivals = double.add_guild("Rivals")
    rival, lounge = rivals.add_member("rival", permissions=MANAGE_MESSAGES), rivals.add_channel("lounge")
    first = await moderator.slash(channel, "article import", file=file, wait="acknowledgement")
    theirs = await rival.slash(lounge, "article import", file=file, wait="acknowledgement")
    second = await moderator.slash(channel, "article import", file=file)
    assert "An import is under way here." in second.text
    gate.set()
    for reply in (first, theirs):
        await reply.until(lambda r: "Added 2" in r.text)
    third = await moderator.slash(channel, "article import", file=file)
    assert "Unchanged 2" in third.text


async def test_an_import_that_takes_too_long_for_discord_goes_on_and_tells_its_end_by_a_button(
    client: Rumourmill,
    double: DiscordDouble,
    moderator: Member,
    channel: Channel,
    guild: Guild,
    gate: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = guild.add_channel("log")
    await client.settings.change(guild.id, lambda _: GuildSettings(log_channel=log.id))
    monkeypatch.setattr(imports, "EDITABLE_S", 0.02)
    monkeypatch.setattr(imports, "TOLD_EVERY_S", 0.01)
    data = rows(200) + b"\n{not JSON"
    reply = await moderator.slash(
        channel, "article import", file=Attachment("rows.jsonl", data), wait="acknowledgement"
    )
    await reply.until(lambda r: r.buttons == ["How far is it?"])
    assert "It goes on" in reply.text
    under_way = await reply.click(moderator, "How far is it?")
    assert "128 articles read so far." in under_way.text
    gate.set()
    for _ in range(500):
        told = await reply.click(moderator, "How far is it?")
        if "read so far" not in told.text:
            break
    assert "Added 200" in told.text
    assert "rows.jsonl:201: " in told.files["refused.txt"].decode()
    assert told.ephemeral
    assert "It goes on" in reply.text
    await double.until(lambda: any("Added 200" in message.text for message in log.messages))


async def import_out_of_sight(
    moderator: Member, channel: Channel, gate: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> Reply:
    """An import of two articles that takes longer than its answer can change."""
    file = Attachment("rows.jsonl", rows(2))
    with monkeypatch.context() as hasty:
        hasty.setattr(imports, "EDITABLE_S", 0.02)
        reply = await moderator.slash(channel, "article import", file=file, wait="acknowledgement")
        await reply.until(lambda r: r.buttons == ["How far is it?"])
    gate.set()
    for _ in range(500):
        if "Added 2" in (await reply.click(moderator, "How far is it?")).text:
            return reply
    pytest.fail("It was never done.")


@pytest.mark.parametrize(
    "file", [Attachment("rows.jsonl", rows(3)), Attachment("picture.png", b"x")], ids=["told", "refused"]
)
async def test_its_end_is_remembered_whatever_is_told_at_once_after_it(
    client: Rumourmill,
    moderator: Member,
    channel: Channel,
    gate: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
    file: Attachment,
) -> None:
    reply = await import_out_of_sight(moderator, channel, gate, monkeypatch)
    await moderator.slash(channel, "article import", file=file)
    assert "Added 2" in (await reply.click(moderator, "How far is it?")).text


async def test_what_an_import_told_in_its_own_answer_is_not_remembered(
    client: Rumourmill, moderator: Member, channel: Channel
) -> None:
    file = Attachment("rows.jsonl", b"{x\n" * 10 + rows(1))
    await moderator.slash(channel, "article import", file=file)
    message = moderator.says(channel, "hello")
    message.data["components"] = [{"type": 1, "components": [BUTTON]}]
    told = await click(moderator, message, "How far is it?")
    assert "I don't remember that import. /audit tells what was stored." in told.text


async def test_the_button_is_for_moderators_and_tells_of_this_server_only(
    client: Rumourmill,
    double: DiscordDouble,
    fan: Member,
    moderator: Member,
    channel: Channel,
    gate: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await import_out_of_sight(moderator, channel, gate, monkeypatch)
    rivals = double.add_guild("Rivals")
    rival, lounge = rivals.add_member("rival", permissions=MANAGE_MESSAGES), rivals.add_channel("lounge")
    for member, place, words in (
        (fan, channel, "Manage Messages"),
        (rival, lounge, "I don't remember that import"),
        (moderator, channel, "Added 2"),
    ):
        message = member.says(place, "hello")
        message.data["components"] = [{"type": 1, "components": [BUTTON]}]
        reply = await click(member, message, "How far is it?")
        assert words in reply.text
        assert reply.ephemeral


async def test_an_import_that_fails_says_so_and_the_next_one_may_begin(
    client: Rumourmill,
    moderator: Member,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ModelError("gone")

    file = Attachment("rows.jsonl", rows(2))
    with monkeypatch.context() as broken:
        broken.setattr(client.services.engine, "add", fail)
        assert (
            "I can't search at the moment"
            in (await moderator.slash(channel, "article import", file=file)).text
        )
    assert "Added 2" in (await moderator.slash(channel, "article import", file=file)).text


async def test_the_answers_to_a_changed_article_change_with_the_import(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    def file(text: str) -> Attachment:
        return Attachment("rows.jsonl", json.dumps({"id": "a", "title": "T", "text": text}).encode())

    await moderator.slash(channel, "article import", file=file("Xabi Alonso replaces Ancelotti."))
    answer = await fan.slash(channel, "ask", question="who replaces Ancelotti?")
    assert "Xabi Alonso" in answer.text.replace("**", "")
    changed = await moderator.slash(channel, "article import", file=file("Nobody replaces Ancelotti."))
    await changed.until(lambda r: "1 earlier answer changed with it" in r.text)
    assert "Changed 1 (article 1)" in changed.text
    assert "Xabi Alonso" not in answer.text.replace("**", "")
