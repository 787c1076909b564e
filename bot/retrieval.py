"""Public retrieval sets: documents, queries, and which documents are relevant to which query."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, Field

from bot.batch import read_rows
from corpus.types import Refusal
from index.retrieval import Document

Understood = TypeVar("Understood")

HEADER = "query-id\tcorpus-id\tscore"


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """`relevance` holds, for each query that counts, how relevant documents are to it, above 0."""

    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    relevance: Mapping[str, Mapping[str, float]]


class _DocumentRow(BaseModel):
    name: str = Field(alias="_id")
    title: str = ""
    text: str


class _QueryRow(BaseModel):
    name: str = Field(alias="_id")
    text: str


def read_retrieval_set(directory: Path) -> tuple[RetrievalSet, list[Refusal]]:
    """corpus.jsonl, queries.jsonl and qrels.tsv, and what of them can't be understood."""
    documents, bad_documents = _apart(
        read_rows(
            directory / "corpus.jsonl",
            _DocumentRow,
            lambda _, row: Document(row.name, row.title, row.text),
        )
    )
    queries, bad_queries = _apart(
        read_rows(directory / "queries.jsonl", _QueryRow, lambda _, row: (row.name, row.text))
    )
    texts = dict(queries)
    judgements, bad_judgements = _apart(list(_judgements(directory / "qrels.tsv", texts)))
    relevance: dict[str, dict[str, float]] = {}
    for query, document, score in judgements:
        if score > 0:
            relevance.setdefault(query, {})[document] = score
    if not relevance:
        bad_judgements.append(Refusal("qrels.tsv", "no document is relevant to any query"))
    return (
        RetrievalSet(tuple(documents), texts, relevance),
        bad_documents + bad_queries + bad_judgements,
    )


def _judgements(file: Path, queries: Mapping[str, str]) -> Iterator[tuple[str, str, float] | Refusal]:
    for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), start=1):
        if line.strip() and line != HEADER:
            try:
                query, document, score = line.split("\t")
                judgement = query, document, float(score)
            except ValueError:
                yield Refusal(f"{file.name}:{number}", "not a query, a document and a number between tabs")
                continue
            known = query in queries
            yield judgement if known else Refusal(f"{file.name}:{number}", f"there is no query {query!r}")


def _apart(rows: list[Understood | Refusal]) -> tuple[list[Understood], list[Refusal]]:
    return (
        [row for row in rows if not isinstance(row, Refusal)],
        [row for row in rows if isinstance(row, Refusal)],
    )
