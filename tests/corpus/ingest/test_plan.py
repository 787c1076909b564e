from hypothesis import given
from hypothesis import strategies as st

from corpus.ingest.plan import Identified, identify, plan
from corpus.types import ArticleDraft, KnownArticle


def draft(key: str, content: str) -> Identified:
    return Identified(key, content, ArticleDraft(key, content))


def test_new_changed_and_unchanged_are_told_apart() -> None:
    known = {"b": KnownArticle(1, "old"), "c": KnownArticle(2, "same")}
    drafts = [draft("a", "new"), draft("b", "new"), draft("c", "same")]
    planned = plan(known, drafts)
    assert planned.outcomes == ("added", "changed", "unchanged")
    assert planned.writes == (drafts[0], drafts[1])


def test_of_drafts_with_one_key_the_last_is_stored() -> None:
    drafts = [draft("a", "first"), draft("a", "second"), draft("a", "second")]
    planned = plan({}, drafts)
    assert planned.writes == (drafts[2],)
    assert planned.outcomes == ("changed", "unchanged", "added")


def test_identity_is_key_and_content() -> None:
    first, second = (
        identify(ArticleDraft("t", "x", external_id="1")),
        identify(ArticleDraft("t", "y", external_id="1")),
    )
    assert first.key == second.key == "id:1"
    assert first.content_hash != second.content_hash


KEYS = st.sampled_from("abc")
CONTENTS = st.sampled_from("xyz")


@given(st.dictionaries(KEYS, CONTENTS), st.lists(st.tuples(KEYS, CONTENTS)))
def test_writes_bring_the_store_to_what_one_by_one_would_have_left(
    stored: dict[str, str], rows: list[tuple[str, str]]
) -> None:
    known = {key: KnownArticle(id_, content) for id_, (key, content) in enumerate(stored.items())}
    planned = plan(known, [draft(*row) for row in rows])
    assert stored | {write.key: write.content_hash for write in planned.writes} == stored | dict(rows)
    assert len(planned.outcomes) == len(rows)
    assert planned.outcomes.count("added") == len(dict(rows).keys() - stored.keys())
    assert (
        plan(
            {key: KnownArticle(0, c) for key, c in (stored | dict(rows)).items()},
            [draft(*row) for row in dict(rows).items()],
        ).writes
        == ()
    )
