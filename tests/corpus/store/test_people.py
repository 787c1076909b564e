import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from corpus.store import Store, open_store
from corpus.types import GuildSettings, KeptQuestion, NewArticle, Note, NoteKind, Stored, Verdict

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

SOMEBODY = 7
"""Whoever adds articles in these tests; see the fixture `save`."""


async def test_whoever_added_articles_is_told_which_in_one_server_only(
    store: Store, make_article: Make, save: Save
) -> None:
    await save(make_article(), guild_id=5)
    await save(make_article(), make_article(external_id="a2", title="Two"), guild_id=6)
    assert [article.title for article in await store.people.added(SOMEBODY, guild_id=6)] == ["Madrid", "Two"]
    assert await store.people.added(8, guild_id=6) == []


async def test_whoever_is_forgotten_is_on_no_article_any_more(
    store: Store, make_article: Make, save: Save
) -> None:
    for guild_id in (5, 6, None):
        await save(make_article(), guild_id=guild_id)
    assert (await store.people.forget(SOMEBODY)).articles == 3
    assert (await store.people.forget(SOMEBODY)).articles == 0
    assert await store.people.added(SOMEBODY, guild_id=5) == []
    assert await store.articles.count(guild_id=5) == 2


async def test_whoever_sent_something_to_moderators_is_told_and_it_is_forgotten_everywhere(
    store: Store, now: datetime
) -> None:
    for guild_id in (5, 6):
        for member_id in (SOMEBODY, 8):
            question = f"Question of {member_id}"
            note = Note(guild_id, NoteKind.QUESTION, member_id, now, 50, 500, question)
            await store.queue.put(note)
    assert [(n.guild_id, n.question) for n in await store.people.notes(SOMEBODY, guild_id=5)] == [
        (5, "Question of 7")
    ]
    assert (await store.people.forget(SOMEBODY)).notes == 2
    assert await store.people.notes(SOMEBODY, guild_id=5) == []
    assert [entry.note.member_id for entry in await store.queue.list(guild_id=6, limit=9)] == [8]


async def test_what_somebody_said_of_answers_is_told_and_forgotten_everywhere(
    store: Store, now: datetime
) -> None:
    said = [Verdict(guild_id, 3, member, now, True, ()) for guild_id in (5, 6) for member in (SOMEBODY, 8)]
    for verdict in said:
        await store.verdicts.save(verdict)
    assert await store.people.verdicts(SOMEBODY, guild_id=5) == [said[0]]
    assert (await store.people.forget(SOMEBODY)).verdicts == 2
    assert await store.verdicts.every() == [said[1], said[3]]


async def test_whoever_is_forgotten_is_in_no_audit_and_made_no_draft(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    for external_id in ("a1", "a2"):
        await save(make_article(external_id=external_id), guild_id=5)
    await store.articles.remove(1, guild_id=5, removed_by=SOMEBODY, now=now)
    await store.drafts.save(make_article().draft, guild_id=5, made_by=SOMEBODY, now=now)
    await store.people.forget(SOMEBODY)
    assert [(e.action, e.member) for e in await store.audit.list(guild_id=5, limit=9)] == [
        ("removed", None),
        ("added", None),
        ("added", None),
    ]
    assert await store.drafts.by(SOMEBODY, guild_id=5) == []
    assert (await store.removed.get(1, guild_id=5)).added_by is None


async def test_no_byte_of_a_forgotten_person_stays_on_the_disk(
    database_file: Path, make_article: Make, now: datetime
) -> None:
    number = 0x5EC2E7A1B2C3D4E5
    async with await open_store(database_file) as store:
        for title in ("One", "Two", "Three"):
            article = make_article(external_id=title, title=title)
            await store.articles.save(
                [article], expected={}, model="digest", guild_id=5, added_by=number, now=now
            )
        assert number.to_bytes(8, "big") in _bytes(database_file)
        draft = make_article().draft
        removed = (await store.people.added(number, guild_id=5))[0]
        await store.articles.remove(removed.id, guild_id=5, removed_by=number, reason="a hoax")
        await store.drafts.save(draft, guild_id=5, made_by=number, now=now)
        assert (await store.people.forget(number)).articles == 2
        assert number.to_bytes(8, "big") not in _bytes(database_file)
    assert number.to_bytes(8, "big") not in _bytes(database_file)


async def test_no_byte_of_what_a_forgotten_person_sent_stays_on_the_disk(
    database_file: Path, now: datetime
) -> None:
    """Among so much coming and going that SQLite moves rows from page to page."""
    number, word = 0x5EC2E7A1B2C3D4E5, b"Quetzal"
    chance = random.Random(18)
    async with await open_store(database_file) as store:
        for message_id in range(300):
            guild_id = chance.randrange(1, 11)
            theirs = chance.random() < 0.1
            words = ("Quetzal" if theirs else "other") + "x" * chance.randrange(290)
            member_id = number if theirs else chance.getrandbits(62)
            note = Note(guild_id, NoteKind.REPORT, member_id, now, 50, message_id, words=words)
            await store.queue.put(note)
            if chance.random() < 0.6 and (entries := await store.queue.list(guild_id=guild_id, limit=5)):
                await store.queue.done(chance.choice(entries).id, guild_id=guild_id)
        assert word in _bytes(database_file)
        assert (await store.people.forget(number)).notes > 0
        assert word not in _bytes(database_file)
        assert number.to_bytes(8, "big") not in _bytes(database_file)


async def test_no_byte_of_what_a_servers_members_said_outlives_the_server(
    database_file: Path, now: datetime
) -> None:
    async with await open_store(database_file) as store:
        for guild_id in (5, 6):
            await store.settings.save(guild_id, GuildSettings(keep_questions=True))
        for number in range(300):
            guild_id, word = (5, "Quetzal") if number % 2 else (6, "other")
            await store.questions.save(KeptQuestion(guild_id, number, now, word * 20, None, True, False))
            await store.queue.put(Note(guild_id, NoteKind.REPORT, number, now, 50, number, words=word * 20))
        assert b"Quetzal" in _bytes(database_file)
        await store.guilds.empty(5)
        assert b"Quetzal" not in _bytes(database_file)
        assert len(await store.queue.list(guild_id=6, limit=500)) == 150


def _bytes(database_file: Path) -> bytes:
    """Of the database and of its log."""
    log = database_file.with_name(f"{database_file.name}-wal")
    return database_file.read_bytes() + (log.read_bytes() if log.exists() else b"")
