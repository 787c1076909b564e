import random
from datetime import UTC, datetime

import pytest
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from index.cross import CrossReader, pair_tokenizer
from index.weights import model_directory
from training.commands import body
from training.material import Material, Row, TrainingPassage
from training.reader import Group, group, read, reader_loss

DAY = datetime(2025, 6, 2, tzinfo=UTC)
CPU = torch.device("cpu")
TEXTS = ("Sporting want £80m for Gyokeres.", "Isak is injured again.", "Nothing happened at Chelsea today.")
PASSAGES = tuple(TrainingPassage("a", "Title", DAY, text, 0) for text in TEXTS)
GROUP = Group("how much for gyokeres", PASSAGES, (14, 18))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return pair_tokenizer(str(model_directory("bundled") / "tokenizer.json"))


@pytest.fixture
def network() -> CrossReader:
    torch.manual_seed(1)
    encoder = body(SentenceTransformer(str(model_directory("bundled")), device="cpu"))
    encoder.requires_grad_(False)
    return CrossReader(encoder).requires_grad_()


def test_a_few_steps_teach_which_passage_answers_and_where(
    network: CrossReader, tokenizer: Tokenizer
) -> None:
    shared = next(network._body[0].embeddings.parameters()).clone()
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-4)
    losses = []
    for _ in range(8):
        loss = reader_loss(network, tokenizer, [GROUP], CPU)
        losses.append(loss.item())
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
    assert losses[-1] < losses[0] / 2
    [(logits, _)] = read(network, tokenizer, [GROUP], CPU)
    assert logits.relevance.argmax() == 0
    assert torch.equal(shared, next(network._body[0].embeddings.parameters()))


def test_an_answer_can_only_stand_in_the_passages_own_text(
    network: CrossReader, tokenizer: Tokenizer
) -> None:
    [(logits, tokens)] = read(network, tokenizer, [GROUP], CPU)
    readable = [
        tokenizer.decode(ids[open_].tolist()) for ids, open_ in zip(tokens.ids, tokens.readable, strict=True)
    ]
    assert readable[1] == "isak is injured again."
    assert bool(torch.isinf(logits.begin[~tokens.readable]).all())


def test_a_group_holds_the_gold_passage_first_and_another_wording_each_epoch() -> None:
    material = Material(PASSAGES, (Row(("one?", "two?"), 0, (14, 18), "plain", False),))
    groups = [group(material, material.rows[0], [1, 2], epoch, random.Random(1)) for epoch in (0, 1)]
    assert [g.question for g in groups] == ["one?", "two?"]
    assert all(g.passages[0] is PASSAGES[0] and len(g.passages) == 3 for g in groups)
