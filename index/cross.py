"""The network that reads a question and a passage together. It stands on the encoder's lowest layers."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from corpus.text import sentences
from index.threads import Threads
from index.types import Finding

SHARED_LAYERS = 2
"""Embeddings and so many layers serve the encoder too: less to store, and less to train."""
MAX_PAIR_TOKENS = 384
MAX_QUESTION_TOKENS = 120
"""Of a longer one the end is read, where the latest words stand: the passage needs the others."""
MAX_SPAN_TOKENS = 40
UNREADABLE = -100.0
_PASSAGE = 1


@dataclass(frozen=True, slots=True)
class Pairs:
    """Token ids, types and mask, each of shape (pairs, tokens).

    `offsets` (pairs, tokens, 2) are characters of the passage's input; `readable` marks the tokens of its own
    text, without the title, where an answer can stand.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    offsets: Tensor
    readable: Tensor


@dataclass(frozen=True, slots=True)
class Logits:
    """Relevance of shape (pairs,); begin and end of shape (pairs, tokens), -inf where nothing can be read."""

    relevance: Tensor
    begin: Tensor
    end: Tensor


def shared(encoder: BertModel) -> list[nn.Module]:
    """What the reader uses of the encoder."""
    return [encoder.embeddings, *encoder.encoder.layer[:SHARED_LAYERS]]


class CrossReader(nn.Module):
    """Tells how well a passage answers a question, and where. Its parameters are the layers of its own."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        layers = list(encoder.encoder.layer)
        self.layers = nn.ModuleList(copy.deepcopy(layer) for layer in layers[SHARED_LAYERS:])
        self.relevance = nn.Linear(encoder.config.hidden_size, 1)
        self.span = nn.Linear(encoder.config.hidden_size, 2)
        with torch.device("meta"):
            body = BertModel(encoder.config, add_pooling_layer=False)
        body.embeddings = encoder.embeddings
        body.encoder.layer = nn.ModuleList([*layers[:SHARED_LAYERS], *self.layers])
        self._body = (body,)  # in a tuple: what it shares with the encoder is not this module's to save

    def forward(self, pairs: Pairs) -> Logits:
        hidden = self._body[0](
            input_ids=pairs.ids, token_type_ids=pairs.types, attention_mask=pairs.mask
        ).last_hidden_state.to(self.relevance.weight.dtype)
        begin, end = self.span(hidden).float().masked_fill(~pairs.readable[..., None], -torch.inf).unbind(-1)
        return Logits(self.relevance(hidden[:, 0]).float().squeeze(-1), begin, end)


def pairs(
    tokenizer: Tokenizer, questions: Sequence[str], inputs: Sequence[str], heads: Sequence[int]
) -> Pairs:
    """Tokens of each question with its passage's input; `heads[i]` characters of it stand before its text.

    The tokenizer must pad, and truncate only the second of two texts to MAX_PAIR_TOKENS.
    """
    encodings = tokenizer.encode_batch(list(zip(questions, inputs, strict=True)))
    offsets = torch.tensor([encoding.offsets for encoding in encodings])
    types = torch.tensor([encoding.type_ids for encoding in encodings])
    inside = torch.tensor([[s == _PASSAGE for s in encoding.sequence_ids] for encoding in encodings])
    return Pairs(
        torch.tensor([encoding.ids for encoding in encodings]),
        types,
        torch.tensor([encoding.attention_mask for encoding in encodings]),
        offsets,
        inside & (offsets[..., 0] >= torch.tensor(heads)[:, None]),
    )


def pair_tokenizer(file: str) -> Tokenizer:
    tokenizer = Tokenizer.from_file(file)
    tokenizer.enable_truncation(MAX_PAIR_TOKENS, strategy="only_second")
    tokenizer.enable_padding()
    return tokenizer


class PassageReader:
    """A network with its tokenizer, and the threads that compute with it."""

    def __init__(self, network: CrossReader, tokenizer: Tokenizer, threads: Threads) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._threads = threads
        self._untruncated = Tokenizer.from_str(tokenizer.to_str())
        self._untruncated.no_truncation()

    def read(self, items: Sequence[tuple[str, str, str]]) -> list[Finding]:
        """A finding for each question, head and text; what stands before the text in the passage's input."""
        return self._threads.map(self._read, items, [sum(map(len, item)) for item in items])

    def _read(self, items: Sequence[tuple[str, str, str]]) -> list[Finding]:
        heads = [len(head) for _, head, _ in items]
        tokens = pairs(
            self._tokenizer,
            [self._shortened(question) for question, _, _ in items],
            [head + text for _, head, text in items],
            heads,
        )
        logits = self._network(tokens)
        scores, first, last = best_spans(
            logits, sentence_numbers(tokens, [text for _, _, text in items], heads)
        )
        begins = tokens.offsets[..., 0].gather(1, first[:, None]).squeeze(1)
        ends = tokens.offsets[..., 1].gather(1, last[:, None]).squeeze(1)
        return [
            Finding(relevance, begin - head, end - head, score)
            for relevance, begin, end, score, head in zip(
                logits.relevance.tolist(), begins.tolist(), ends.tolist(), scores.tolist(), heads, strict=True
            )
        ]

    def _shortened(self, question: str) -> str:
        offsets = self._untruncated.encode(question, add_special_tokens=False).offsets
        return (
            question[offsets[-MAX_QUESTION_TOKENS][0] :] if len(offsets) > MAX_QUESTION_TOKENS else question
        )


def sentence_numbers(tokens: Pairs, texts: Sequence[str], heads: Sequence[int]) -> Tensor:
    """In which sentence of its text each token begins, of shape (pairs, tokens)."""
    begins = tokens.offsets[..., 0]
    rows = []
    for text, head, row in zip(texts, heads, begins, strict=True):
        starts = torch.tensor([start for start, _ in sentences(text)], dtype=row.dtype)
        rows.append(torch.searchsorted(starts, row - head, right=True))
    return torch.stack(rows)


def best_spans(logits: Logits, sentence: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Score, first and last token of each pair's best span within one sentence, each of shape (pairs,).

    UNREADABLE is the score where no token can be read.
    """
    spans = logits.begin[:, :, None] + logits.end[:, None, :]
    length = torch.ones(spans.shape[1:], dtype=torch.bool).triu().tril(MAX_SPAN_TOKENS - 1)
    whole = length & (sentence[:, :, None] == sentence[:, None, :])
    scores, at = spans.masked_fill(~whole, -torch.inf).flatten(1).max(dim=1)
    return scores.clamp_min(UNREADABLE), at // spans.shape[2], at % spans.shape[2]


def load_reader(
    encoder: BertModel, weights: Path, tokenizer: Path, dtype: torch.dtype, threads: Threads
) -> PassageReader:
    """The reader on a loaded encoder; its heads stay in fp32, so that logits near each other stay apart."""
    network = CrossReader(encoder)
    network.load_state_dict(load_file(weights))
    network.layers.to(dtype)
    return PassageReader(network.eval(), pair_tokenizer(str(tokenizer)), threads)
