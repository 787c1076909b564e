"""Texts to vectors. The only module that imports torch and sentence_transformers, and both only when loading.

One thread owns the model. It takes questions before passages and encodes all questions that wait together,
so a question waits for one batch of passages at most. Counting tokens uses a tokenizer of its own:
sharing the model's between threads corrupts both.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.errors import ModelError
from index.weights import BUNDLED, model_directory, verified_fingerprint

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
"""Shape (texts, dimension), rows of length one."""

LEAST_TOKENS = 256
"""What a passage may have with its title and date in front; see corpus.passages."""
PASSAGES_PER_BATCH = 16
QUESTIONS_PER_BATCH = 64
TEXTS_PER_FORWARD = 16
"""The model sorts texts by length and reads so many at a time: a short one is padded only to its like."""


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
        """Vectors of questions or of sentences to compare with one: ahead of any passage."""

    async def close(self) -> None: ...


async def load_encoder(model: str = BUNDLED) -> "SentenceEncoder":
    """Load a model off the event loop: "bundled", or a directory of the sentence-transformers layout.

    Nothing is ever downloaded. Raises ModelError with what is wrong and what to do.
    """
    return await asyncio.to_thread(SentenceEncoder, model)


def to_blobs(vectors: Vectors) -> list[bytes]:
    return [row.tobytes() for row in vectors.astype("<f2")]


@dataclass(slots=True)
class _Job:
    texts: Sequence[str]
    result: "Future[Vectors]" = field(default_factory=Future)


class _Desk:
    """Two queues before one worker: `take` waits, and hands out every waiting question first."""

    def __init__(self) -> None:
        self._questions: deque[_Job] = deque()
        self._passages: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, jobs: Sequence[_Job], *, urgent: bool) -> None:
        with self._changed:
            if self._closed:
                raise ModelError("The model has been closed.")
            (self._questions if urgent else self._passages).extend(jobs)
            self._changed.notify()

    def take(self) -> list[_Job]:
        """Jobs to encode together; an empty list once the desk is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._questions or self._passages)
            if self._closed:
                return []
            if not self._questions:
                return [self._passages.popleft()]
            taken = [self._questions.popleft()]
            texts = len(taken[0].texts)
            while self._questions and texts + len(self._questions[0].texts) <= QUESTIONS_PER_BATCH:
                taken.append(self._questions.popleft())
                texts += len(taken[-1].texts)
            return taken

    def close(self) -> None:
        with self._changed:
            self._closed = True
            for job in (*self._questions, *self._passages):
                job.result.cancel()
            self._changed.notify()


class SentenceEncoder:
    """The Encoder that runs a sentence-transformers model, in bf16 where the processor has it.

    Building one loads the model and takes seconds: use `load_encoder`.
    """

    def __init__(self, model: str = BUNDLED) -> None:
        directory = model_directory(model)
        self.fingerprint = verified_fingerprint(model, directory)
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._model = _load(str(directory))
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 0)
        if self.max_tokens < LEAST_TOKENS:
            raise ModelError(
                f"The model in {directory} reads {self.max_tokens} tokens of a text, and {LEAST_TOKENS} are "
                "needed, or the ends of passages would be lost: choose another, or raise its max_seq_length."
            )
        self._desk = _Desk()
        self._thread = threading.Thread(target=self._work, name="encoder", daemon=True)
        self._thread.start()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        groups = [order[i : i + PASSAGES_PER_BATCH] for i in range(0, len(order), PASSAGES_PER_BATCH)]
        jobs = [_Job([texts[i] for i in group]) for group in groups]
        self._desk.put(jobs, urgent=False)
        blobs = [b""] * len(texts)
        for group, vectors in zip(groups, await _results(jobs), strict=True):
            for i, blob in zip(group, to_blobs(vectors), strict=True):
                blobs[i] = blob
        return blobs

    async def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        job = _Job(texts)
        self._desk.put([job], urgent=True)
        return (await _results([job]))[0]

    async def close(self) -> None:
        self._desk.close()
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while jobs := self._desk.take():
            _answer([job for job in jobs if job.result.set_running_or_notify_cancel()], self._vectors)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode(
            list(texts), batch_size=TEXTS_PER_FORWARD, convert_to_tensor=True, show_progress_bar=False
        )
        rows: Vectors = vectors.float().cpu().numpy()
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


async def _results(jobs: Sequence[_Job]) -> list[Vectors]:
    """The jobs' vectors; whoever stops waiting takes the jobs that have not begun off the desk."""
    try:
        return await asyncio.gather(*(asyncio.wrap_future(job.result) for job in jobs))
    except BaseException:
        for job in jobs:
            job.result.cancel()
        raise


def _answer(jobs: Sequence[_Job], encode: Callable[[Sequence[str]], Vectors]) -> None:
    """Encode the jobs' texts in one batch and hand each job its rows, or the error."""
    if not jobs:
        return
    try:
        vectors = encode([text for job in jobs for text in job.texts])
    except Exception as error:
        for job in jobs:
            job.result.set_exception(error)
        return
    at = 0
    for job in jobs:
        job.result.set_result(vectors[at : at + len(job.texts)])
        at += len(job.texts)


def _load(directory: str) -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            directory,
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"dtype": _dtype(torch)},
        )
    except Exception as error:
        raise ModelError(f"The model in {directory} can't be loaded: {error}") from error


def _dtype(torch: Any) -> Any:
    """bf16 where the processor computes in it: about 2.5 times the passages a second, cosine above 0.999."""
    abilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    native = any(abilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    return torch.bfloat16 if native else torch.float32
