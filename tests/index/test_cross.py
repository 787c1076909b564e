import copy
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertConfig, BertModel

from index.cross import (
    MAX_PAIR_TOKENS,
    MAX_QUESTION_TOKENS,
    MAX_SPAN_TOKENS,
    SHARED_LAYERS,
    CrossReader,
    Logits,
    PassageReader,
    best_spans,
    load_reader,
    pair_tokenizer,
    pairs,
    sentence_numbers,
    shared,
)
from index.threads import Threads
from index.weights import BUNDLED, model_directory

TOKENIZER = model_directory(BUNDLED) / "tokenizer.json"
HEAD = "Isak signs for Liverpool (2 June 2025)\n"
TEXT = "Newcastle have sold Alexander Isak to Liverpool. The fee is £125m, it is understood."
PASSAGES = [
    (HEAD, TEXT),
    ("No date\n", "Raúl stays."),
    (HEAD, "¡Ødegaard! 🔥 “Olé”, he said: 足球."),
    ("Long (1 May 2024)\n", "He said nothing of it, again. " * 12),
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return pair_tokenizer(str(TOKENIZER))


@pytest.fixture
def encoder(tokenizer: Tokenizer) -> BertModel:
    """A small one that knows nothing."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=SHARED_LAYERS + 2,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=0.5,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return BertModel(config)


@pytest.fixture
def network(encoder: BertModel) -> CrossReader:
    return CrossReader(encoder)


@pytest.fixture(scope="module")
def threads() -> Iterator[Threads]:
    threads = Threads()
    yield threads
    threads.close()


@pytest.fixture
def reader(network: CrossReader, tokenizer: Tokenizer, threads: Threads) -> PassageReader:
    return PassageReader(network, tokenizer, threads)


def logits(begin: Tensor, end: Tensor) -> Logits:
    return Logits(torch.zeros(len(begin)), begin, end)


def spans(begin: Tensor, end: Tensor) -> list[tuple[int, int]]:
    _, first, last = best_spans(logits(begin, end), torch.zeros(begin.shape, dtype=torch.long))
    return list(zip(first.tolist(), last.tolist(), strict=True))


def test_the_best_span_of_each_pair_never_ends_before_it_begins() -> None:
    begin = torch.tensor([[1.0, 5.0, 0.0], [0.0, 0.0, 9.0]])
    end = torch.tensor([[4.0, 0.0, 3.0], [0.0, 0.0, 1.0]])
    scores, *_ = best_spans(logits(begin, end), torch.zeros(2, 3, dtype=torch.long))
    assert scores.tolist() == [8.0, 10.0]
    assert spans(begin, end) == [(1, 2), (2, 2)]


@pytest.mark.parametrize(("tokens", "found"), [(MAX_SPAN_TOKENS, True), (MAX_SPAN_TOKENS + 1, False)])
def test_no_span_has_more_tokens_than_it_may(tokens: int, found: bool) -> None:
    begin, end = torch.zeros(1, 2 * MAX_SPAN_TOKENS), torch.zeros(1, 2 * MAX_SPAN_TOKENS)
    begin[0, 3] = end[0, 3 + tokens - 1] = 5.0
    assert (spans(begin, end) == [(3, 3 + tokens - 1)]) is found


def test_a_span_never_reaches_over_a_sentence() -> None:
    begin = torch.tensor([[9.0, 0.0, 5.0, 0.0]])
    end = torch.tensor([[0.0, 3.0, 0.0, 9.0]])
    scores, first, last = best_spans(logits(begin, end), torch.tensor([[1, 1, 2, 2]]))
    assert (scores.item(), first.item(), last.item()) == (14.0, 2, 3)


def test_tokens_are_told_by_their_sentences(tokenizer: Tokenizer) -> None:
    text = "Isak left.\nHe cost £125m. It rained."
    tokens = pairs(tokenizer, ["who"], [HEAD + text], [len(HEAD)])
    numbers = sentence_numbers(tokens, [text], [len(HEAD)])[0]
    starts = (tokens.offsets[0, :, 0] - len(HEAD)).tolist()
    found = {start: int(n) for start, n, ok in zip(starts, numbers, tokens.readable[0], strict=True) if ok}
    assert found[0] == found[5] == 1
    assert found[11] == found[14] == 2
    assert found[26] == 3


def test_what_cannot_be_read_is_in_no_span() -> None:
    begin = torch.tensor([[-torch.inf, -3.0, -2.0, -torch.inf]])
    assert spans(begin, begin) == [(2, 2)]


@pytest.mark.parametrize("seed", range(5))
def test_what_is_found_lies_in_the_text_and_never_in_its_head(
    encoder: BertModel, tokenizer: Tokenizer, threads: Threads, seed: int
) -> None:
    torch.manual_seed(seed)
    reader = PassageReader(CrossReader(encoder), tokenizer, threads)
    findings = reader.read([("how much for isak", head, text) for head, text in PASSAGES])
    for (_, text), finding in zip(PASSAGES, findings, strict=True):
        assert 0 <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end].strip()


def test_findings_come_in_the_order_of_the_passages_whatever_is_read_together(reader: PassageReader) -> None:
    items = [("how much for isak", head, text * (1 + i % 3)) for i in range(5) for head, text in PASSAGES]
    random.Random(1).shuffle(items)
    for item, finding in zip(items, reader.read(items), strict=True):
        [alone] = reader.read([item])
        assert (finding.start, finding.end) == (alone.start, alone.end)
        assert finding.relevance == pytest.approx(alone.relevance, abs=1e-4)
        assert finding.span == pytest.approx(alone.span, abs=1e-4)


def test_of_a_passage_too_long_the_beginning_is_read(tokenizer: Tokenizer, reader: PassageReader) -> None:
    question, text = "how much for isak", "He said nothing of it, again. " * 200
    tokens = pairs(tokenizer, [question], [HEAD + text], [len(HEAD)])
    assert tokens.ids.shape == (1, MAX_PAIR_TOKENS)
    assert tokenizer.decode(tokens.ids[0].tolist()).startswith(question)
    [finding] = reader.read([(question, HEAD, text)])
    assert 0 <= finding.start < finding.end <= int(tokens.offsets.max()) - len(HEAD) < len(text)


@pytest.mark.parametrize("words", ["??? ", "足 "])
def test_a_question_too_long_leaves_room_for_the_passage(reader: PassageReader, words: str) -> None:
    [finding] = reader.read([(f"{words * 400}who", HEAD, TEXT)])
    assert 0 <= finding.start < finding.end <= len(TEXT)


def test_of_a_question_too_long_the_end_is_read(reader: PassageReader) -> None:
    earlier, asked = "and what of that, then " * 40, "really " * MAX_QUESTION_TOKENS + "who is isak"
    alone, after, before = reader.read(
        [(question, HEAD, TEXT) for question in (asked, earlier + asked, asked + earlier)]
    )
    assert after.relevance == pytest.approx(alone.relevance)
    assert before.relevance != pytest.approx(alone.relevance)


def test_the_reader_stands_on_the_encoders_lowest_layers_and_no_other(
    encoder: BertModel, reader: PassageReader
) -> None:
    def relevance() -> float:
        return reader.read([("how much for isak", HEAD, TEXT)])[0].relevance

    before = relevance()
    with torch.no_grad():
        for layer in encoder.encoder.layer[SHARED_LAYERS:]:
            for parameter in layer.parameters():
                parameter.zero_()
    assert relevance() == before
    with torch.no_grad():
        next(iter(shared(encoder)[-1].parameters())).zero_()
    assert relevance() != before


def test_what_is_shared_with_the_encoder_is_not_the_readers_to_save(
    encoder: BertModel, network: CrossReader
) -> None:
    theirs = {id(parameter) for parameter in encoder.parameters()}
    assert theirs.isdisjoint(id(parameter) for parameter in network.parameters())
    assert {name.split(".")[0] for name in network.state_dict()} == {"layers", "relevance", "span"}


def test_saved_weights_find_the_same_again(
    encoder: BertModel, network: CrossReader, reader: PassageReader, threads: Threads, tmp_path: Path
) -> None:
    save_file(network.state_dict(), tmp_path / "reader.safetensors")
    torch.manual_seed(2)
    loaded = load_reader(encoder, tmp_path / "reader.safetensors", TOKENIZER, torch.float32, threads)
    items = [("how much for isak", head, text) for head, text in PASSAGES]
    assert loaded.read(items) == reader.read(items)


def test_in_half_precision_the_findings_stay_near(
    encoder: BertModel, network: CrossReader, reader: PassageReader, threads: Threads, tmp_path: Path
) -> None:
    save_file(network.state_dict(), tmp_path / "reader.safetensors")
    half = copy.deepcopy(encoder).bfloat16()
    loaded = load_reader(half, tmp_path / "reader.safetensors", TOKENIZER, torch.bfloat16, threads)
    items = [("how much for isak", head, text) for head, text in PASSAGES]
    for near, one in zip(loaded.read(items), reader.read(items), strict=True):
        assert near.relevance == pytest.approx(one.relevance, abs=0.2)
