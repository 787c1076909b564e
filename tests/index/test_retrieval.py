from index.retrieval import CHUNK_DOCUMENTS, Document, open_ranker
from tests.encoders import WordEncoder


async def test_documents_are_ranked_by_meaning_and_words_together() -> None:
    filler = [Document(f"d{n}", "", f"something else number {n}") for n in range(CHUNK_DOCUMENTS)]
    documents = [*filler, Document("kane", "Kane", "joins Bayern"), Document("slot", "Slot", "for Liverpool")]
    done: list[int] = []
    async with open_ranker(WordEncoder()) as ranker:
        await ranker.add(documents, done.append)
        assert (await ranker.rank("kane bayern"))[0] == "kane"
        assert (await ranker.rank("who comes for Liverpool: Slot"))[0] == "slot"
    assert done == [CHUNK_DOCUMENTS, len(documents)]


async def test_a_query_whose_words_are_nowhere_is_ranked_by_meaning_alone() -> None:
    async with open_ranker(WordEncoder()) as ranker:
        await ranker.add([Document("a", "", "one"), Document("b", "", "two")], lambda done: None)
        assert sorted(await ranker.rank("?")) == ["a", "b"]
