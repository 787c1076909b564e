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
class _Spent:
    """Seconds by the clock, and of all processors together."""

    clock_s: float
    processor_s: float


@dataclass(frozen=True, slots=True)
class _Pair:
    """One ingest, its seconds inside the model, and the plain encoding after it."""

    pipeline: _Spent
    model_s: float
    plain: _Spent


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
            pipeline, model_s = await _ingest(file, Path(place, f"data-{number}"), encoder, watch)
            pairs.append(_Pair(pipeline, model_s, _encode_plainly(plain, inputs)))
            on_pair(number)
    return _figures(pairs, len(inputs))


def _figures(pairs: Sequence[_Pair], passages: int) -> list[Figure]:
    subject = f"Ingest of {passages:,} passages, {len(pairs)} runs in turns with plain fp32"
    at_least_twice = Goal(2, at_least=True)
    return [
        median(subject, "whole pipeline", [passages / p.pipeline.clock_s for p in pairs], "passages/s"),
        median(subject, "plain encode, fp32", [passages / p.plain.clock_s for p in pairs], "passages/s"),
        median(subject, "pipeline to plain", [_times(p, "clock_s") for p in pairs], "times", at_least_twice),
        median(subject, "  by processor time", [_times(p, "processor_s") for p in pairs], "times"),
        median(
            subject,
            "all but the model, to the model",
            [100 * (p.pipeline.clock_s / p.model_s - 1) for p in pairs],
            "%",
            Goal(10),
        ),
    ]


def _times(pair: _Pair, seconds: str) -> float:
    """How many times as fast as plain encoding the pipeline was."""
    return float(getattr(pair.plain, seconds) / getattr(pair.pipeline, seconds))


async def _ingest(
    file: Path, directory: Path, encoder: TimedEncoder, watch: Stopwatch
) -> tuple[_Spent, float]:
    """Reading, splitting, embedding, storing and indexing; and how many seconds of it inside the model."""
    async with opened(directory, encoder, watch) as engine:
        began = _now()
        await engine.add(read_paths([file], now=datetime.now(UTC)), guild_id=None)
        return _since(began), watch.lap()["model"]


def _plain_model() -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer

    from index.threads import THREADS

    torch.set_num_threads(THREADS)
    directory = str(model_directory(BUNDLED))
    return SentenceTransformer(directory, device="cpu", model_kwargs={"dtype": torch.float32})


def _encode_plainly(model: "SentenceTransformer", inputs: Sequence[str]) -> _Spent:
    began = _now()
    model.encode(list(inputs), batch_size=PLAIN_BATCH, show_progress_bar=False)
    return _since(began)


def _now() -> _Spent:
    return _Spent(time.perf_counter(), time.process_time())


def _since(began: _Spent) -> _Spent:
    now = _now()
    return _Spent(now.clock_s - began.clock_s, now.processor_s - began.processor_s)
