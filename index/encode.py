"""Texts to vectors, and passages to findings. What imports torch is imported only when a model is loaded.

One thread gives the models work. It takes questions before passages and encodes all questions that wait
together, so a question waits for one batch of passages at most. Counting tokens uses a tokenizer of its own:
threads that use the model's at the same time corrupt it.
"""

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.desk import Desk, Job
from index.errors import ModelError
from index.types import Finding
from index.weights import BUNDLED, TUNED, model_directory, tuned_file, verified_fingerprint

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.cross import PassageReader
    from index.threads import Threads

Vectors = npt.NDArray[np.float32]
"""Shape (texts, dimension), rows of length one."""

LEAST_TOKENS = 256
"""What a passage may have with its title and date in front; see corpus.passages."""
PASSAGES_PER_THREAD = 8
"""Of like length, so that few tokens are padding. Questions wait until so many are done."""
QUESTIONS_PER_BATCH = 64


class Encoder(Protocol):
    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text would get another vector."""

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """How many tokens the model reads of a text, special tokens included."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The model's own tokens in each text, special tokens left out. Safe from any thread."""

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """A float16 little-endian vector for each passage, in order."""

    async def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: ahead of any passage."""

    async def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Finding]:
        """Read each passage, given as what stands before its text and its text, for the question."""

    async def close(self) -> None: ...


async def load_encoder(model: str = TUNED) -> "SentenceEncoder":
    """Load a model off the event loop: "tuned", "bundled", or a directory as sentence-transformers has it.

    Nothing is ever downloaded. Raises ModelError with what is wrong and what to do.
    """
    return await asyncio.to_thread(SentenceEncoder, model)


def to_blobs(vectors: Vectors) -> list[bytes]:
    return [row.tobytes() for row in vectors.astype("<f2")]


class SentenceEncoder:
    """The Encoder that runs a sentence-transformers model, in bf16 where the processor has it.

    Building one loads the model and takes seconds: use `load_encoder`.
    """

    def __init__(self, model: str = TUNED) -> None:
        from index.threads import THREADS, Threads

        self.passages_per_batch = PASSAGES_PER_THREAD * THREADS
        directory = model_directory(model)
        self.fingerprint = verified_fingerprint(model, directory)
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._model = _load(str(directory), tuned=model == TUNED)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 0)
        if self.max_tokens < LEAST_TOKENS:
            raise ModelError(
                f"The model in {directory} reads {self.max_tokens} tokens of a text, and {LEAST_TOKENS} are "
                "needed, or the ends of passages would be lost: choose another, or raise its max_seq_length."
            )
        self._tokenizing = threading.Lock()
        self._threads = Threads()
        self._reader = _load_reader(self._model if model == TUNED else None, self._threads)
        self._desk = Desk()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        lengths = await asyncio.to_thread(self.count_tokens, texts)
        order = sorted(range(len(texts)), key=lengths.__getitem__)
        most = self.passages_per_batch
        groups = [order[i : i + most] for i in range(0, len(order), most)]
        jobs = [Job(self._vectors, [texts[i] for i in group]) for group in groups]
        blobs = [b""] * len(texts)
        for group, vectors in zip(groups, await self._desk.do(jobs, urgent=False), strict=True):
            for i, blob in zip(group, to_blobs(vectors), strict=True):
                blobs[i] = blob
        return blobs

    async def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors: list[Vectors] = await self._desk.do(
            [Job(self._vectors, texts, QUESTIONS_PER_BATCH)], urgent=True
        )
        return vectors[0]

    async def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Finding]:
        if not passages:
            return []
        items = [(question, head, text) for head, text in passages]
        [findings] = await self._desk.do([Job(self._reader.read, items)], urgent=True)
        return list(findings)

    async def close(self) -> None:
        await self._desk.close()
        self._threads.close()

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        rows: Vectors = np.stack(self._threads.map(self._embeddings, texts, [len(text) for text in texts]))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def _embeddings(self, texts: list[str]) -> Vectors:
        prompt = self._model.prompts.get(self._model.default_prompt_name or "")
        with self._tokenizing:
            features = self._model.preprocess(texts, prompt=prompt)
        vectors: Vectors = self._model(features)["sentence_embedding"].float().numpy()
        return vectors


def _load(directory: str, *, tuned: bool) -> "SentenceTransformer":
    import torch
    from safetensors.torch import load_file
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(
            directory,
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"dtype": _dtype(torch)},
        )
    except Exception as error:
        raise ModelError(f"The model in {directory} can't be loaded: {error}") from error
    if tuned:
        tensors = load_file(tuned_file("encoder"))
        pooler = {name for name in _body(model).state_dict() if name.startswith("pooler.")}  # nothing uses it
        if tensors.keys() ^ _body(model).state_dict().keys() != pooler:
            raise ModelError(f"{tuned_file('encoder')} does not fit the model in {directory}.")
        _body(model).load_state_dict(tensors, strict=False)
    return model.eval()


def _load_reader(tuned: "SentenceTransformer | None", threads: "Threads") -> "PassageReader":
    """The reader on the tuned encoder, or on one of its own where another embeds."""
    import torch

    from index.cross import load_reader

    directory = model_directory(BUNDLED)
    encoder = tuned or _load(str(directory), tuned=True)
    weights, tokenizer = tuned_file("reader"), directory / "tokenizer.json"
    return load_reader(_body(encoder), weights, tokenizer, _dtype(torch), threads)


def _body(model: "SentenceTransformer") -> Any:
    return model[0].auto_model


def _dtype(torch: Any) -> Any:
    """bf16 where the processor computes in it: about 2.5 times the passages a second, cosine above 0.999."""
    abilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    native = any(abilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    return torch.bfloat16 if native else torch.float32
