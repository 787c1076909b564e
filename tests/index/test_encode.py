import asyncio
import json
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.encode import QUESTIONS_PER_BATCH, SentenceEncoder, Vectors, load_encoder
from index.errors import ModelError
from index.weights import BUNDLED, model_directory


@pytest.fixture(scope="module")
def encoder() -> Iterator[SentenceEncoder]:
    encoder = SentenceEncoder()
    yield encoder
    asyncio.run(encoder.close())


class Recorder:
    """Stands before the model: notes each batch, and holds the first back until released."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.batches: list[list[str]] = []
        self.released = threading.Event()
        self.begun = threading.Event()
        self._dimension = encoder.dimension

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        self.begun.set()
        assert self.released.wait(10)
        return np.ones((len(texts), self._dimension), np.float32)


@pytest.fixture
def recorder(encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder(encoder)
    monkeypatch.setattr(encoder, "_vectors", recorder)
    return recorder


async def begun(recorder: Recorder) -> None:
    assert await asyncio.to_thread(recorder.begun.wait, 10)


async def test_texts_of_like_meaning_are_near_each_other(encoder: SentenceEncoder) -> None:
    near, alike, far = await encoder.encode(
        ["Who will manage Real Madrid?", "Madrid's next coach", "A recipe for carbonara"]
    )
    assert near @ alike > 0.5 > 0.2 > near @ far


async def test_vectors_have_length_one_and_blobs_hold_them_in_half_precision(
    encoder: SentenceEncoder,
) -> None:
    texts = ["short", "a rather longer text about a transfer", "mid length text"]
    vectors = await encoder.encode(texts)
    assert vectors.shape == (3, encoder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    blobs = np.stack([np.frombuffer(blob, "<f2") for blob in await encoder.embed(texts)])
    assert (blobs.astype(np.float32) * vectors).sum(axis=1).min() > 0.998


async def test_passages_come_back_in_the_order_they_were_given(encoder: SentenceEncoder) -> None:
    texts = [f"{'word ' * (i * 7 % 40)}{i}" for i in range(encoder.passages_per_batch * 2 + 3)]
    blobs = await encoder.embed(texts)
    for i in (0, 7, len(texts) - 1):
        alone = (await encoder.encode([texts[i]]))[0]
        assert np.frombuffer(blobs[i], "<f2").astype(np.float32) @ alone > 0.998


async def test_tokens_are_the_models_own_and_never_truncated(encoder: SentenceEncoder) -> None:
    assert encoder.count_tokens(["Tchouaméni", "", "word " * 1000]) == [5, 0, 1000]
    assert encoder.max_tokens == 256


async def test_questions_go_ahead_of_waiting_passages(encoder: SentenceEncoder, recorder: Recorder) -> None:
    passages = asyncio.create_task(encoder.embed(["p"] * encoder.passages_per_batch * 3))
    await begun(recorder)
    question = asyncio.create_task(encoder.encode(["q"]))
    await asyncio.sleep(0.05)
    recorder.released.set()
    await asyncio.gather(passages, question)
    assert [batch[0] for batch in recorder.batches] == ["p", "q", "p", "p"]


async def test_questions_that_wait_together_are_encoded_together(
    encoder: SentenceEncoder, recorder: Recorder
) -> None:
    first = asyncio.create_task(encoder.encode(["first"]))
    await begun(recorder)
    others = [asyncio.create_task(encoder.encode([f"q{i}"])) for i in range(QUESTIONS_PER_BATCH + 1)]
    await asyncio.sleep(0.05)
    recorder.released.set()
    results = await asyncio.gather(first, *others)
    assert [len(batch) for batch in recorder.batches] == [1, QUESTIONS_PER_BATCH, 1]
    assert all(result.shape == (1, encoder.dimension) for result in results)


async def test_a_cancelled_embedding_leaves_nothing_behind(
    encoder: SentenceEncoder, recorder: Recorder
) -> None:
    passages = asyncio.create_task(encoder.embed(["p"] * encoder.passages_per_batch * 50))
    await begun(recorder)
    passages.cancel()
    with pytest.raises(asyncio.CancelledError):
        await passages
    recorder.released.set()
    await encoder.encode(["q"])
    assert len(recorder.batches) <= 3


async def test_an_error_reaches_every_waiting_question_and_the_thread_lives_on(
    encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(texts: Sequence[str]) -> Vectors:
        raise MemoryError(f"{len(texts)} texts")

    with monkeypatch.context() as patch:
        patch.setattr(encoder, "_vectors", fail)
        with pytest.raises(MemoryError):
            await encoder.encode(["q"])
    assert (await encoder.encode(["q"])).shape == (1, encoder.dimension)


async def test_the_passage_that_answers_is_told_from_the_others_with_the_place_of_its_answer(
    encoder: SentenceEncoder,
) -> None:
    texts = [
        "Nothing happened at Chelsea today, and nobody was signed.",
        "Sporting want £80m for Viktor Gyokeres, according to reports in Portugal.",
        "Viktor Gyokeres scored twice in Lisbon on Saturday night.",
    ]
    findings = await encoder.read(
        "how much do sporting want for gyokeres?", [("Transfer news (2 June 2025)\n", text) for text in texts]
    )
    best = max(range(3), key=lambda i: findings[i].relevance)
    assert best == 1
    assert "£80m" in texts[best][findings[best].start : findings[best].end]


async def test_of_no_texts_nothing_is_made(encoder: SentenceEncoder) -> None:
    assert (await encoder.encode([])).shape == (0, encoder.dimension)
    assert await encoder.embed([]) == []
    assert await encoder.read("who", []) == []


async def test_a_model_that_would_not_read_a_whole_passage_is_refused(tmp_path: Path) -> None:
    model = Path(shutil.copytree(model_directory(BUNDLED), tmp_path / "model"))
    settings = json.loads((model / "sentence_bert_config.json").read_text())
    (model / "sentence_bert_config.json").write_text(json.dumps(settings | {"max_seq_length": 128}))
    with pytest.raises(ModelError, match="reads 128 tokens"):
        await load_encoder(str(model))


async def test_a_missing_model_is_refused_at_once() -> None:
    with pytest.raises(ModelError, match=r"model\.name"):
        await load_encoder("/nonexistent/model")


async def test_after_closing_nothing_is_encoded_any_more() -> None:
    encoder = await load_encoder()
    await encoder.close()
    with pytest.raises(ModelError, match="closed"):
        await encoder.encode(["q"])
