import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.program import invoke
from tests.encoders import WordEncoder

SAMPLES = Path(__file__).parents[3] / "corpus/samples"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Rumourmill = Callable[..., Result]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """The program sets up logging for its whole process."""
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    yield
    root.level, root.handlers[:] = before


@pytest.fixture
def rumourmill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Rumourmill:
    """Runs the program as its console command would, in an empty directory, with a small model."""

    async def load_encoder(model: str) -> WordEncoder:
        return WordEncoder(name=model)

    monkeypatch.setattr("index.encode.load_encoder", load_encoder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object) -> Result:
        code = invoke([str(argument) for argument in arguments])
        return Result(code, *capsys.readouterr())

    return run


@pytest.fixture
def samples(rumourmill: Rumourmill) -> Path:
    """The sample articles, ingested into the default data directory."""
    assert rumourmill("ingest", SAMPLES).code == 0
    return SAMPLES
