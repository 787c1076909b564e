"""Looks at everything that a host could have to mend: each finding in words, with what to do."""

import os
import platform
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bot.config import TOKEN_VARIABLE, Config, ConfigError
from corpus.errors import StoreError
from corpus.store import Store, open_store
from index.errors import ModelError, WordIndexError
from index.lexical import CHECKSUM_BITS, TantivyWords, sealed_checksums
from index.weights import model_directory, verified_fingerprint

MIN_FREE_BYTES = 500 * 2**20


@dataclass(frozen=True, slots=True)
class Finding:
    """`sound` is None where nothing is wrong but something may be missing."""

    subject: str
    sound: bool | None
    words: str


async def check_everything(load_config: Callable[[], Config]) -> AsyncIterator[Finding]:
    """Every finding, as soon as it is there; whatever can still be looked at after a bad one is."""
    yield _versions()
    try:
        config = load_config()
    except ConfigError as error:
        yield Finding("configuration", False, str(error))
        return
    yield Finding("configuration", True, f"articles in {config.data.directory}, model {config.model.name}")
    yield _token(config)
    yield _contact(config)
    yield _disk(config.data.directory)
    model = _model(config)
    yield model
    try:
        if not config.database.exists():
            yield Finding("articles", None, "none yet. Add some: rumourmill ingest PATH")
            return
        async with await open_store(config.database) as store:
            async for finding in _articles(store, config, with_model=model.sound is True):
                yield finding
    except (StoreError, OSError) as error:
        yield Finding("articles", False, str(error))


def _versions() -> Finding:
    names = ("torch", "sentence-transformers", "faiss-cpu", "tantivy", "discord.py")
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    return Finding("versions", True, ", ".join(found + [f"{name} {version(name)}" for name in names]))


def _token(config: Config) -> Finding:
    if config.token:
        return Finding("token", True, f"{TOKEN_VARIABLE} is set")
    return Finding("token", None, f"{TOKEN_VARIABLE} is not set; only `run` and `commands sync` need it")


def _contact(config: Config) -> Finding:
    if config.web.contact.strip():
        return Finding("contact", True, f"sites are told {config.web.contact}")
    return Finding("contact", None, "not set; only feeds need it: contact under [web] in the configuration")


def _disk(directory: Path) -> Finding:
    try:
        there = next(path for path in (directory, *directory.absolute().parents) if path.exists())
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding("disk", False, f"{directory}: {error.strerror}. Check who owns it, or choose another.")
    if not there.is_dir() or not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        return Finding("disk", False, f"{there} is no directory to write in. Check it, or choose another.")
    if free < MIN_FREE_BYTES:
        return Finding(
            "disk", False, f"{free / 2**20:,.0f} MB free in {there}: make room before you add articles"
        )
    return Finding("disk", True, f"{free / 2**30:,.1f} GB free")


def _model(config: Config) -> Finding:
    try:
        fingerprint = _fingerprint(config)
    except ModelError as error:
        return Finding("model", False, str(error))
    return Finding("model", True, f"{config.model.name}, fingerprint {fingerprint}")


def _fingerprint(config: Config) -> str:
    return verified_fingerprint(config.model.name, model_directory(config.model.name))


async def _articles(store: Store, config: Config, *, with_model: bool) -> AsyncIterator[Finding]:
    await store.check()
    count = await store.articles.count(guild_id=None)
    yield Finding("articles", True, f"{count:,} shared by every server, and the database is sound")
    if not with_model:
        return
    model = _fingerprint(config)
    ids = await store.passages.ids(model)
    if stale := await store.passages.stale(model):
        yield Finding(
            "passages", False, f"{len(stale):,} articles are embedded by another model: rumourmill reindex"
        )
    else:
        yield Finding("passages", True, f"{len(ids):,} can be found")
    yield await _words(config.data.directory / "words", await store.identity(), ids)


async def _words(directory: Path, store: str, passages: list[int]) -> Finding:
    """The word index mends itself, so nothing about it is ever wrong. Looking at it changes nothing."""
    if sealed_checksums(directory, store) is None:
        return Finding("word index", None, "to be built by the next question")
    words = TantivyWords(directory, store)
    try:
        await words.open()
        if words.in_memory:
            return Finding("word index", None, "in use by a running rumourmill")
        indexed = set((await words.keys() >> CHECKSUM_BITS).tolist())
    except WordIndexError as error:
        return Finding("word index", None, f"unreadable, to be rebuilt by the next question ({error})")
    finally:
        await words.close()
    if indexed == set(passages):
        return Finding("word index", True, "equal to the database")
    return Finding("word index", None, "behind the database; the next question brings it up to date")
