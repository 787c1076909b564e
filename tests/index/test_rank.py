from hypothesis import given
from hypothesis import strategies as st

from index.rank import PASSAGES_PER_ARTICLE, few_of_each, fuse
from index.types import Hit

hits = st.lists(
    st.builds(Hit, st.integers(1, 50), st.floats(-1, 30, width=32)), unique_by=lambda hit: hit.passage_id
)


def ids(fused: list[Hit]) -> list[int]:
    return [hit.passage_id for hit in fused]


def test_a_passage_that_both_rankings_favour_comes_first() -> None:
    dense = [Hit(1, 0.9), Hit(2, 0.8), Hit(3, 0.1)]
    lexical = [Hit(4, 12.0), Hit(2, 11.0), Hit(5, 1.0)]
    assert ids(fuse(dense, lexical))[0] == 2


def test_each_ranking_is_scaled_before_they_are_added() -> None:
    assert ids(fuse([Hit(1, 0.31), Hit(2, 0.30)], [Hit(2, 500.0), Hit(3, 499.0)], dense_weight=0.6))[0] == 1


def test_one_ranking_alone_keeps_its_order() -> None:
    assert ids(fuse([Hit(7, 0.5), Hit(3, 0.9)], [])) == [3, 7]


@given(hits, hits)
def test_every_passage_is_ranked_once_with_a_score_between_0_and_1(
    dense: list[Hit], lexical: list[Hit]
) -> None:
    fused = fuse(dense, lexical)
    assert sorted(ids(fused)) == sorted({hit.passage_id for hit in dense + lexical})
    assert all(0 <= hit.score <= 1 for hit in fused)
    assert fused == sorted(fused, key=lambda hit: (-hit.score, hit.passage_id))


@given(st.lists(st.integers(1, 5)))
def test_an_article_keeps_its_first_few_places_in_the_ranking_and_no_more(articles: list[int]) -> None:
    ranked = list(enumerate(articles))
    kept = few_of_each(ranked, lambda pair: pair[1])
    assert kept == sorted(kept)
    for article in set(articles):
        own = [pair for pair in ranked if pair[1] == article]
        assert [pair for pair in kept if pair[1] == article] == own[:PASSAGES_PER_ARTICLE]
