"""Search by words, BM25 with English stemming. The only module that imports tantivy.

On disk the index is a cache beside the store. It is trusted only under its seal, a list of the checksums of
its files written after every commit; without a valid seal it is thrown away. Each document carries a checksum
of its passage, so that an index of another store is noticed too. One process holds the directory; any further
one works in memory.
"""

import asyncio
import json
import math
import os
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import tantivy
from filelock import FileLock, Timeout
from tantivy import FieldType, Filter, Occur, Query

from index.catalogue import SHARED, UNDATED, Ids
from index.errors import WordIndexError
from index.types import Expansion, Hit, Scope

T = TypeVar("T")

_NOTHING: Mapping[str, float] = MappingProxyType({})

CHECKSUM_BITS = 24
WRITER_BYTES = 64_000_000
_ANALYSER = "fan"
_SEAL = "seal.json"
_VERSION = 2
"""To be raised with every change of the schema or of the analyser."""
_OWN_SUFFIXES = frozenset(
    (".del", ".fast", ".fieldnorm", ".idx", ".json", ".lock", ".pos", ".store", ".temp", ".term", ".tmp")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the word index holds of a passage; `text` is searched, title included."""

    passage_id: int
    checksum: int
    article_id: int
    guild_id: int
    published: int
    """Seconds since 1970, or UNDATED."""
    text: str


def keys_of(passage_ids: Ids, checksums: Ids) -> Ids:
    """One number a passage that names both its id and its content."""
    return (passage_ids << CHECKSUM_BITS) | checksums


@cache
def _analyser() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        Filter.remove_long(40),
        Filter.lowercase(),
        Filter.ascii_fold(),
        Filter.stopword("english"),
        Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()


def terms(text: str) -> list[str]:
    """The words that count, in order: lower case, without accents, stemmed, without English stop words."""
    return list(_analyser().analyze(text))


def content_terms(question: str) -> list[str]:
    """A question's different terms; those that only ask ("who", "when") are left out if others remain."""
    found = list(dict.fromkeys(terms(question)))
    return [term for term in found if term not in _asking_terms()] or found


def expanded_terms(expansions: Iterable[Expansion]) -> dict[str, float]:
    """The terms of all expansions, each with the largest of its weights."""
    weights: dict[str, float] = {}
    for expansion in expansions:
        for term in terms(expansion.words):
            weights[term] = max(weights.get(term, 0.0), expansion.weight)
    return weights


@cache
def _asking_terms() -> frozenset[str]:
    return frozenset(terms("who whom whose what which when where why how"))


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", fast=True, indexed=True)
    builder.add_integer_field("article", fast=True, indexed=True)
    builder.add_integer_field("guild", fast=True, indexed=True)
    builder.add_integer_field("published", fast=True, indexed=True)
    builder.add_text_field("text", tokenizer_name=_ANALYSER, index_option="freq")
    return builder.build()


class TantivyWords:
    """The word index; `directory` is None for one in memory. One thread owns it.

    `store` names the store that the index belongs to: the index of another one is thrown away.
    """

    def __init__(self, directory: Path | None, store: str = "") -> None:
        self._directory = directory
        self._store = store
        self._owner = ThreadPoolExecutor(1, thread_name_prefix="words")
        self._lock: FileLock | None = None
        self._checksums: dict[str, int] = {}

    async def open(self) -> None:
        await self._run(self._open)

    async def close(self) -> None:
        await self._run(self._release)
        await asyncio.to_thread(self._owner.shutdown)

    @property
    def in_memory(self) -> bool:
        return self._lock is None

    async def keys(self) -> Ids:
        """The keys of all passages that are indexed, sorted; see `keys_of`."""
        return await self._run(self._keys)

    async def apply(self, entries: Iterable[Entry], removed: Iterable[int]) -> None:
        """Remove the documents with these keys, add the entries, and commit.

        Raises WordIndexError, for want of disk space for example: the index is then to be opened anew.
        """
        await self._run(self._apply, entries, removed)

    async def search(
        self,
        question_terms: Sequence[str],
        limit: int,
        scope: Scope,
        further: Mapping[str, float] = _NOTHING,
    ) -> list[Hit]:
        """The passages in scope that hold any of the terms, best first, ties by id.

        `further` terms count by their weight; the question's own have weight 1.
        """
        return await self._run(self._search, {**further, **dict.fromkeys(question_terms, 1.0)}, limit, scope)

    async def weights(self, question_terms: Iterable[str]) -> dict[str, float]:
        """Each term's inverse document frequency: rare words weigh most, unknown ones most of all."""
        return await self._run(self._weights, question_terms)

    async def _run(self, function: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._owner, _reported, function, *arguments)

    def _open(self) -> None:
        self._directory = self._held(self._directory)
        if self._directory is None:
            self._index = tantivy.Index(_schema())
        else:
            self._checksums = sealed_checksums(self._directory, self._store) or {}
            if not self._checksums:
                _empty(self._directory)
            self._index = tantivy.Index(_schema(), path=str(self._directory))
        self._index.register_tokenizer(_ANALYSER, _analyser())
        self._searcher = self._index.searcher()

    def _held(self, directory: Path | None) -> Path | None:
        """The directory, if it can be used and this process gets hold of it."""
        if directory is None:
            return None
        lock = FileLock(directory.with_suffix(".lock"), blocking=False)
        try:
            directory.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except (Timeout, OSError):
            return None
        self._lock = lock
        return directory

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _keys(self) -> Ids:
        hits = self._searcher.search(
            Query.all_query(), max(1, self._searcher.num_docs), count=False, order_by_field="key"
        ).hits
        return np.sort(np.fromiter((key for key, _ in hits), np.int64, len(hits)))

    def _apply(self, entries: Iterable[Entry], removed: Iterable[int]) -> None:
        writer = self._index.writer(WRITER_BYTES, 1)
        for key in removed:
            writer.delete_documents_by_term("key", int(key))
        for entry in entries:
            writer.add_document(_document(entry))
        writer.commit()
        writer.wait_merging_threads()
        if self._directory is not None:
            self._checksums = _seal(self._directory, self._store, self._checksums)
        self._index.reload()
        self._searcher = self._index.searcher()

    def _search(self, weighted: Mapping[str, float], limit: int, scope: Scope) -> list[Hit]:
        if not weighted or limit < 1:
            return []
        words = [
            (Occur.Should, Query.boost_query(Query.term_query(_schema(), "text", term), weight))
            for term, weight in weighted.items()
        ]
        query = Query.boolean_query([(Occur.Must, Query.boolean_query(words)), *_filters(scope)])
        hits = self._searcher.search(query, limit, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        found = [
            Hit(int(key) >> CHECKSUM_BITS, float(score))
            for key, (score, _) in zip(keys, hits, strict=True)
            if key is not None
        ]
        return sorted(found, key=lambda hit: (-hit.score, hit.passage_id))

    def _weights(self, question_terms: Iterable[str]) -> dict[str, float]:
        passages = self._searcher.num_docs
        # what was deleted is counted by doc_freq until its segment is merged, but not by num_docs
        counts = {term: min(self._searcher.doc_freq("text", term), passages) for term in question_terms}
        return {term: math.log1p((passages - n + 0.5) / (n + 0.5)) for term, n in counts.items()}


def _document(entry: Entry) -> tantivy.Document:
    document = tantivy.Document()
    document.add_integer("key", (entry.passage_id << CHECKSUM_BITS) | entry.checksum)
    document.add_integer("article", entry.article_id)
    document.add_integer("guild", entry.guild_id)
    if entry.published != UNDATED:
        document.add_integer("published", entry.published)
    document.add_text("text", entry.text)
    return document


def _filters(scope: Scope) -> list[tuple[Occur, Query]]:
    """What a document must fulfil without its score changing."""
    guilds = [SHARED] if scope.guild_id is None else [SHARED, scope.guild_id]
    filters = [Query.term_set_query(_schema(), "guild", guilds)]
    if scope.as_of is not None or scope.since is not None:
        filters.append(
            Query.range_query(
                _schema(),
                "published",
                FieldType.Integer,
                lower_bound=int(scope.since.timestamp()) if scope.since else UNDATED + 1,
                upper_bound=int(scope.as_of.timestamp()) if scope.as_of else np.iinfo(np.int64).max,
            )
        )
    if scope.articles is not None:
        filters.append(Query.term_set_query(_schema(), "article", sorted(scope.articles)))
    return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in filters]


def _reported(function: Callable[..., T], *arguments: Any) -> T:
    """Call; whatever tantivy throws, panics included, becomes a WordIndexError."""
    try:
        return function(*arguments)
    except Exception as error:
        raise WordIndexError(str(error)) from error
    except BaseException as panic:  # pyo3's PanicException is no Exception
        raise WordIndexError(f"tantivy panicked: {panic}") from None


def _files(directory: Path) -> list[Path]:
    return sorted(p for p in directory.iterdir() if p.name != _SEAL and not p.name.endswith(".lock"))


def sealed_checksums(directory: Path, store: str) -> dict[str, int] | None:
    """The checksums of the index's files, if they are exactly those that the store's seal lists."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        seal = json.loads((directory / _SEAL).read_bytes())
        if (seal["version"], seal["store"]) == (_VERSION, store):
            files = {path.name: _crc32(path) for path in _files(directory)}
            return files if files == seal["files"] else None
    return None


def _seal(directory: Path, store: str, known: dict[str, int]) -> dict[str, int]:
    """Write the seal; a segment's files never change, so only the new ones are read."""
    checksums = {
        p.name: known[p.name] if p.name in known and p.suffix != ".json" else _crc32(p)
        for p in _files(directory)
    }
    temporary = directory / f"{_SEAL}.tmp.lock"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump({"version": _VERSION, "store": store, "files": checksums}, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(directory / _SEAL)
    return checksums


def _crc32(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _empty(directory: Path) -> None:
    """Delete what tantivy or the seal put there, and nothing else."""
    for path in directory.iterdir():
        if path.suffix in _OWN_SUFFIXES:
            path.unlink()
