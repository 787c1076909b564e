"""Whether a data directory keeps every promise. Each fault is a sentence; none found is an empty list.

The store is read with sqlite3 alone, so that no fault of the store's own code can hide itself.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import faiss
import numpy as np

from corpus.passages import passage_input
from corpus.text import checksum, content_hash
from corpus.types import ArticleDraft
from drills.articles import GONE, draft, guild_of, question, sentence
from drills.ledger import Versions
from index.encode import Encoder
from index.engine import Engine
from index.lexical import keys_of, terms
from index.types import Scope

DATABASE = "rumourmill.db"
RECOMPUTED_VECTORS = 200
LOOKED_UP = 20
EVERYTHING = 100_000
SAME_VECTOR = 0.995
"""The least cosine between a stored vector and the same text encoded anew in another batch."""


@dataclass(frozen=True, slots=True)
class StoredPassageRow:
    id: int
    article_id: int
    start: int
    end: int
    checksum: int
    model: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """What the file holds: the version of each article found, and all passages by id."""

    versions: Mapping[str, int]
    articles: Mapping[int, ArticleDraft]
    passages: Sequence[StoredPassageRow]


def inspect_store(directory: Path, possible: Versions) -> tuple[Contents, list[str]]:
    """What the store holds, and where that is not one of the possible versions, whole and sound."""
    with closing(sqlite3.connect(directory / DATABASE)) as database:
        faults = [
            f"{pragma}: {row}"
            for pragma in ("integrity_check", "foreign_key_check")
            for row in database.execute(f"PRAGMA {pragma}")
            if row != ("ok",)
        ]
        rows = database.execute(
            "SELECT id, external_id, guild_id, text, content_hash FROM articles"
        ).fetchall()
        passages = [
            StoredPassageRow(*row)
            for row in database.execute(
                "SELECT id, article_id, start_char, end_char, checksum, model, vector"
                " FROM passages ORDER BY id"
            )
        ]
    versions, articles = {}, {}
    for id_, name, guild_id, text, digest in rows:
        version = _version(name, digest, possible)
        if version == GONE or guild_id != guild_of(name) or name in versions:
            faults.append(f"{name} is stored in a version or a scope that it should not have")
            continue
        versions[name], articles[id_] = version, draft(name, version)
        if text != articles[id_].text:
            faults.append(f"the text of {name} is not that of version {version}")
    faults += [
        f"{name} is lost: acknowledged in version {sorted(wanted)}"
        for name, wanted in possible.items()
        if versions.get(name, GONE) not in wanted
    ]
    contents = Contents(versions, articles, passages)
    return contents, faults + _faulty_passages(contents)


def _version(name: str, digest: str, possible: Versions) -> int:
    versions = possible.get(name, frozenset()) - {GONE}
    return next((version for version in versions if content_hash(draft(name, version)) == digest), GONE)


def _faulty_passages(contents: Contents) -> list[str]:
    by_article: dict[int, list[StoredPassageRow]] = {id_: [] for id_ in contents.articles}
    faults = []
    for passage in contents.passages:
        if passage.article_id in by_article:
            by_article[passage.article_id].append(passage)
        else:
            faults.append(f"passage {passage.id} belongs to no article")
    for id_, passages in by_article.items():
        text = contents.articles[id_].text
        if not _covers(text, passages):
            faults.append(f"the passages of article {id_} don't cover its text")
        faults += [
            f"passage {p.id} has a wrong checksum or vector"
            for p in passages
            if checksum(text[p.start : p.end]) != p.checksum or not _is_unit(p.vector)
        ]
    return faults


def _covers(text: str, passages: Sequence[StoredPassageRow]) -> bool:
    """Every character but spaces is in exactly one passage."""
    ordered = sorted(passages, key=lambda p: p.start)
    if not ordered or any(left.end > right.start for left, right in pairwise(ordered)):
        return False
    gaps = [0, *(border for p in ordered for border in (p.start, p.end)), len(text)]
    return not any(text[gaps[i] : gaps[i + 1]].strip() for i in range(0, len(gaps), 2))


def _is_unit(blob: bytes) -> bool:
    vector = np.frombuffer(blob, "<f2").astype(np.float32)
    return len(vector) > 0 and abs(float(np.linalg.norm(vector)) - 1) < 0.01


async def inspect_vectors(contents: Contents, encoder: Encoder) -> list[str]:
    """Whether the newest vectors are those of their passages, encoded anew."""
    newest = contents.passages[-RECOMPUTED_VECTORS:]
    articles = [contents.articles[p.article_id] for p in newest]
    inputs = [
        passage_input(article.title, article.published_at, article.text[p.start : p.end])
        for article, p in zip(articles, newest, strict=True)
    ]
    again = await encoder.embed(inputs)
    return [
        f"the vector of passage {passage.id} is not that of its text"
        for passage, blob in zip(newest, again, strict=True)
        if passage.model != encoder.fingerprint or _cosine(passage.vector, blob) < SAME_VECTOR
    ]


def _cosine(left: bytes, right: bytes) -> float:
    if len(left) != len(right):
        return 0.0
    return float(
        np.frombuffer(left, "<f2").astype(np.float32) @ np.frombuffer(right, "<f2").astype(np.float32)
    )


async def inspect_indexes(contents: Contents, engine: Engine) -> list[str]:
    """Whether both indexes, once synced, hold exactly the store's passages."""
    await engine.sync()
    ids = np.array([p.id for p in contents.passages], np.int64)
    checksums = np.array([p.checksum for p in contents.passages], np.int64)
    indexes = engine._indexes
    index = indexes._vectors._index
    vector_ids = faiss.vector_to_array(index.id_map)
    order = np.argsort(vector_ids)
    stored = b"".join(p.vector for p in contents.passages)
    rows = index.index.reconstruct_n(0, index.ntotal)[order].astype("<f2").tobytes() if len(order) else b""
    checks = {
        "the columns don't hold the store's passages": np.array_equal(indexes._columns.ids, ids),
        "the word index doesn't hold the store's passages": np.array_equal(
            await indexes._words.keys(), np.sort(keys_of(ids, checksums))
        ),
        "the vector index doesn't hold the store's passages": np.array_equal(vector_ids[order], ids),
        "the vector index holds other vectors than the store": rows == stored,
    }
    faults = [fault for fault, sound in checks.items() if not sound]
    lost = [
        p for p in contents.passages[-LOOKED_UP:] if p.id not in await _found_by_title(p, contents, engine)
    ]
    return [*faults, f"{len(lost)} passages are not found by title, scope and date"] if lost else faults


async def _found_by_title(passage: StoredPassageRow, contents: Contents, engine: Engine) -> set[int]:
    """The passages that the word index finds for the article's title, among those of its scope and day."""
    article = contents.articles[passage.article_id]
    scope = Scope(guild_of(article.external_id or ""), article.published_at, article.published_at)
    return {
        hit.passage_id for hit in await engine._indexes._words.search(terms(article.title), EVERYTHING, scope)
    }


async def inspect_answers(versions: Mapping[str, int], names: Sequence[str], engine: Engine) -> list[str]:
    """Whether each of the articles, if there, is quoted first for its question, as it is now."""
    faults = []
    for name in names:
        answer = await engine.ask(question(name), guild_id=guild_of(name))
        version = versions.get(name, GONE)
        quoting = [quote for quote in answer.quotes if quote.source.external_id == name]
        if version == GONE and quoting:
            faults.append(f"{name} is quoted although it is gone")
        elif version != GONE and (
            not quoting or quoting[0] != answer.quotes[0] or sentence(name, version) not in quoting[0].text
        ):
            faults.append(f"{name} is not quoted in version {version}")
    return faults
