"""What `python -m training` can do, one command each."""

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast

import click
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch import nn
from transformers import BertModel

from bot.app import open_services
from bot.cli.progress import progress_bar
from bot.config import Config, DataSection
from bot.evaluation import Task, read_tasks
from index.cross import CrossReader, pair_tokenizer, shared
from index.weights import MODELS, model_directory
from training.encoder import ROWS_PER_BATCH, Matrix, embedded, encoder_batches, encoder_loss
from training.export import encoder_weights, mixed
from training.export import export as write_weights
from training.fit import Example, example, fitted_sureness, fitted_weights
from training.heldout import write_held_out
from training.loop import Schedule, Training, best_device, chunks
from training.material import Material, read_material
from training.mine import mine
from training.reader import reader_batches, reader_loss

SEED = 7
RATES = (5e-5, 3e-5)
"""The encoder's learning rate in each round; negatives are mined anew before each.

After the first, what the reader shares stays as it is: encoder and reader can be trained side by side.
"""
READER_SCHEDULES = (Schedule(1e-4, steps=1400), Schedule(5e-5, steps=1000))
"""The reader's, one for each round, which takes the negatives that the encoder of its round finds."""
EMBEDDED_TOGETHER = 64


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Make the shipped weights again."""


data_option = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("../shared/train"),
    show_default=True,
    help="The directory with articles.jsonl, distractors.jsonl and questions.jsonl.",
)
work_option = click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data/training"),
    show_default=True,
    help="Where checkpoints and results go; a command that was cut off goes on from there.",
)


@main.command()
@data_option
@work_option
def encoder(data: Path, work: Path) -> None:
    """Tune the encoder: in each round mine hard negatives with the model so far, then train an epoch."""
    work.mkdir(parents=True, exist_ok=True)
    directory = str(model_directory("bundled"))
    model = loaded(directory)
    material = materials(data, model)
    for number, rate in enumerate(RATES, start=1):
        result = work / f"encoder-{number}"
        if not (result / "modules.json").exists():
            negatives, passages = mined(model, material, work / f"mined-{number}.npz")
            torch.manual_seed(SEED + number)
            random.seed(SEED + number)
            rows = sum(not row.held_out for row in material.rows)
            schedule = Schedule(rate, steps=-(-rows // ROWS_PER_BATCH))
            if number > 1:
                freeze(shared(body(model)))
            training = Training(model, schedule, work / f"encoder-{number}.checkpoint")
            with progress_bar(f"Round {number}", schedule.steps) as show:
                batches = encoder_batches(
                    material, passages, negatives, seed=SEED + number, first=training.done
                )
                training.run(batches, partial(encoder_loss, model), reporter(show))
            model.save_pretrained(str(result))
        model = loaded(str(result))


@main.command()
@data_option
@work_option
def reader(data: Path, work: Path) -> None:
    """Train the reader on the encoder's lowest layers: in each round with what that round's encoder finds."""
    model = loaded(str(work / "encoder-1"))
    material = materials(data, model)
    device = best_device()
    tokenizer = pair_tokenizer(str(model_directory("bundled") / "tokenizer.json"))
    freeze([body(model)])
    network = CrossReader(body(model)).to(device).requires_grad_()
    for number, schedule in enumerate(READER_SCHEDULES, start=1):
        result = work / f"reader-{number}.pt"
        if not result.exists():
            finder = loaded(str(work / f"encoder-{number}"))
            negatives, _ = mined(finder, material, work / f"mined-{number + 1}.npz")
            seed = SEED + number - 1
            torch.manual_seed(seed)
            training = Training(network, schedule, work / f"reader-{number}.checkpoint")
            with progress_bar(f"Round {number}", schedule.steps) as show:
                training.run(
                    reader_batches(material, negatives, seed=seed, first=training.done),
                    lambda batch: reader_loss(network, tokenizer, batch, device),
                    reporter(show),
                )
            torch.save(network.state_dict(), result)
        network.load_state_dict(torch.load(result, weights_only=True))


@main.command("held-out")
@data_option
@work_option
def held_out(data: Path, work: Path) -> None:
    """Write the articles and questions that were held out, to be measured with the bot's own commands."""
    out = work / "held-out"
    articles, questions = write_held_out(data, out)
    click.echo(f"{articles:,} articles and {questions:,} questions. Now run:")
    click.echo(f"rumourmill evaluate {out}/questions.jsonl --articles {out}/articles.jsonl --by kind")


@main.command()
@click.argument(
    "sets",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="DATA QUESTIONS [DATA QUESTIONS ...]",
)
def fit(sets: tuple[Path, ...]) -> None:
    """Fit what each score counts for and how sure an answer is; index/choose.py holds the result.

    DATA is a directory of stored articles (`rumourmill --data DATA ingest ...`), QUESTIONS a file of
    questions whose answers are known. Each pair counts alike, however many questions it has.
    """
    if len(sets) % 2:
        raise click.UsageError("Each DATA needs its QUESTIONS.")
    examples = [e for pair in chunks(sets, 2) for e in asyncio.run(_examples(*pair))]
    weights = fitted_weights(examples)
    sureness, offset = fitted_sureness(examples, weights)
    for name, scores in (("WEIGHTS", weights), ("SURENESS", sureness)):
        click.echo(f"{name}: " + ", ".join(f"{key}={value:.2f}" for key, value in asdict(scores).items()))
    click.echo(f"SURENESS_OFFSET: {offset:.2f}   ({len(examples):,} questions)")


@main.command()
@work_option
@click.option(
    "--models",
    type=click.Path(file_okay=False, path_type=Path),
    default=MODELS,
    help="Where the bot looks for them.  [default: index/models]",
)
def export(work: Path, models: Path) -> None:
    """Write the trained weights as the bot ships them, with their checksums."""
    tuned, plain = (
        body(loaded(directory)).state_dict()
        for directory in (str(work / f"encoder-{len(RATES)}"), str(model_directory("bundled")))
    )
    size = write_weights(
        {
            "encoder": encoder_weights(mixed(tuned, plain)),
            "reader": torch.load(work / f"reader-{len(READER_SCHEDULES)}.pt", weights_only=True),
        },
        models,
    )
    click.echo(f"{models}: {size:,} bytes")


async def _examples(data: Path, questions: Path) -> list[Example]:
    tasks = [task for task in read_tasks(questions, now=datetime.now(UTC)) if isinstance(task, Task)]
    examples = []
    async with open_services(Config(data=DataSection(directory=data))) as services:
        engine = await services.load()
        with progress_bar("Asking", len(tasks)) as show:
            for done, task in enumerate(tasks, start=1):
                asked = task.question
                why = await engine.explain(asked.question, as_of=asked.as_of, history=asked.history)
                examples.append(example(task.case, [one.considered for one in why.judged]))
                show(done)
    return [replace(e, weight=1 / len(examples)) for e in examples]


def body(model: SentenceTransformer) -> BertModel:
    return cast(BertModel, model[0].auto_model)


def freeze(modules: Iterable[nn.Module]) -> None:
    for module in modules:
        module.requires_grad_(False)


def loaded(directory: str) -> SentenceTransformer:
    return SentenceTransformer(directory, device=str(best_device()), local_files_only=True)


def materials(data: Path, model: SentenceTransformer) -> Material:
    tokenizer = model.tokenizer

    def count_tokens(texts: Sequence[str]) -> list[int]:
        return (
            [len(ids) for ids in tokenizer(list(texts), add_special_tokens=False)["input_ids"]]
            if texts
            else []
        )

    with progress_bar("Reading") as show:
        return read_material(data, count_tokens, show)


def mined(model: SentenceTransformer, material: Material, kept: Path) -> tuple[dict[int, list[int]], Matrix]:
    """The negatives of each row, and the vectors of all passages, from the file where it exists."""
    if not kept.exists():
        passages = vectors(model, [p.input for p in material.passages], "Embedding passages")
        questions = vectors(model, [row.questions[0] for row in material.rows], "Embedding questions")
        with progress_bar("Mining", len(material.rows)) as show:
            negatives = mine(material, questions, passages, show)
        flat = [(row, p) for row, some in negatives.items() for p in some]
        np.savez(kept, passages=passages.astype(np.float16), negatives=np.array(flat, np.int32))
    stored = np.load(kept)
    negatives = {}
    for row, passage in stored["negatives"].tolist():
        negatives.setdefault(row, []).append(passage)
    return negatives, stored["passages"].astype(np.float32)


def vectors(model: SentenceTransformer, texts: Sequence[str], title: str) -> Matrix:
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    rows = np.empty((len(texts), model.get_embedding_dimension() or 0), np.float32)
    model.eval()
    with (
        progress_bar(title, len(texts)) as show,
        torch.inference_mode(),
        torch.autocast(best_device().type, torch.bfloat16),
    ):
        for done, some in enumerate(chunks(order, EMBEDDED_TOGETHER)):
            rows[list(some)] = embedded(model, [texts[i] for i in some]).float().cpu().numpy()
            show(done * EMBEDDED_TOGETHER + len(some))
    return rows


def reporter(show: Callable[[int], None]) -> Callable[[int, int, float], None]:
    def report(done: int, steps: int, loss: float) -> None:
        show(done)
        if done % 10 == 0 or done == steps:
            click.echo(f"step {done:,} of {steps:,}: loss {loss:.3f}", err=True)

    return report
