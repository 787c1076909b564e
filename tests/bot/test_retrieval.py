import json
from pathlib import Path

import pytest

from bot.retrieval import read_retrieval_set
from corpus.types import Refusal
from index.retrieval import Document

DOCUMENT = {"_id": "d1", "title": "Kane", "text": "joins Bayern"}
QUERY = {"_id": "q1", "text": "where does kane go"}


def write(directory: Path, qrels: str, *queries: object) -> Path:
    (directory / "corpus.jsonl").write_text(json.dumps(DOCUMENT), "utf-8")
    (directory / "queries.jsonl").write_text("\n".join(map(json.dumps, queries or (QUERY,))), "utf-8")
    (directory / "qrels.tsv").write_text(qrels, "utf-8")
    return directory


def test_a_set_holds_documents_queries_and_what_is_relevant(tmp_path: Path) -> None:
    found, refused = read_retrieval_set(
        write(tmp_path, "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n\n")
    )
    assert refused == []
    assert found.documents == (Document("d1", "Kane", "joins Bayern"),)
    assert found.queries == {"q1": "where does kane go"}
    assert found.relevance == {"q1": {"d1": 2.0}}


@pytest.mark.parametrize(
    ("qrels", "refusal"),
    [
        ("q1\td1\t1\nq1 d1 1", Refusal("qrels.tsv:2", "not a query, a document and a number between tabs")),
        (
            "q1\td1\t1\nq1\td1\tyes",
            Refusal("qrels.tsv:2", "not a query, a document and a number between tabs"),
        ),
        ("q1\td1\t1\nq9\td1\t1", Refusal("qrels.tsv:2", "there is no query 'q9'")),
        ("q1\td1\t0", Refusal("qrels.tsv", "no document is relevant to any query")),
    ],
)
def test_a_bad_judgement_is_named_by_its_line(tmp_path: Path, qrels: str, refusal: Refusal) -> None:
    assert read_retrieval_set(write(tmp_path, qrels))[1] == [refusal]


def test_a_bad_query_is_named_by_its_line(tmp_path: Path) -> None:
    directory = write(tmp_path, "q1\td1\t1", QUERY, {"_id": "q2"})
    assert read_retrieval_set(directory)[1] == [Refusal("queries.jsonl:2", "text: Field required")]
