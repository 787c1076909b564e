"""The whole ingest against plain `SentenceTransformer.encode` in fp32 on the same inputs, in turns."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, Goal, median
from benchmarks.material import inputs_of, write_lines
from benchmarks.timed import Stopwatch, TimedEncoder, opened
from corpus.ingest.read import read_paths
from corpus.types import ArticleDraft
from index.weights import BUNDLED, model_directory

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PLAIN_BATCH = 32
WARM_UP = 64


@dataclass(frozen=True, slots=True)
class _Pair:
    """Seconds of one ingest, of these inside the model, and of the plain encoding after it."""

    pipeline_s: float
    model_s: float
    plain_s: float


async def measure(
    drafts: Sequence[ArticleDraft],
    encoder: TimedEncoder,
    watch: Stopwatch,
    repeats: int,
    on_pair: Callable[[int], None],
) -> list[Figure]:
    inputs = inputs_of(drafts, encoder)
    plain = _plain_model()
    await encoder.embed(inputs[:WARM_UP])
    _encode_plainly(plain, inputs[:WARM_UP])
    pairs = []
    with TemporaryDirectory() as place:
        file = Path(place, "articles.jsonl")
        write_lines(drafts, file)
        for number in range(1, repeats + 1):
            pipeline_s, model_s = await _ingest(file, Path(place, f"data-{number}"), encoder, watch)
            pairs.append(_Pair(pipeline_s, model_s, _encode_plainly(plain, inputs)))
            on_pair(number)
    return _figures(pairs, len(inputs))


def _figures(pairs: Sequence[_Pair], passages: int) -> list[Figure]:
    subject = f"Ingest of {passages:,} passages, {len(pairs)} runs in turns with plain fp32"
    return [
        median(subject, "whole pipeline", [passages / p.pipeline_s for p in pairs], "passages/s"),
        median(subject, "plain encode, fp32", [passages / p.plain_s for p in pairs], "passages/s"),
        median(
            subject,
            "pipeline to plain",
            [p.plain_s / p.pipeline_s for p in pairs],
            "times",
            Goal(2, at_least=True),
        ),
        median(
            subject,
            "all but the model, to the model",
            [100 * (p.pipeline_s / p.model_s - 1) for p in pairs],
            "%",
            Goal(10),
        ),
    ]


async def _ingest(
    file: Path, directory: Path, encoder: TimedEncoder, watch: Stopwatch
) -> tuple[float, float]:
    """Seconds of reading, splitting, embedding, storing and indexing, and of these inside the model."""
    async with opened(directory, encoder, watch) as engine:
        began = time.perf_counter()
        await engine.add(read_paths([file], now=datetime.now(UTC)), guild_id=None)
        return time.perf_counter() - began, watch.lap()["model"]


def _plain_model() -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer

    directory = str(model_directory(BUNDLED))
    return SentenceTransformer(directory, device="cpu", model_kwargs={"dtype": torch.float32})


def _encode_plainly(model: "SentenceTransformer", inputs: Sequence[str]) -> float:
    began = time.perf_counter()
    model.encode(list(inputs), batch_size=PLAIN_BATCH, show_progress_bar=False)
    return time.perf_counter() - began
