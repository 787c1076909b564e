import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from corpus.errors import StoreBusyError
from tests.bot.cli.conftest import Rumourmill

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--data", "elsewhere", "articles", "list"],
        ["articles", "--data", "elsewhere", "list"],
        ["articles", "list", "--data", "elsewhere"],
        ["--data", "wrong", "articles", "list", "--data", "elsewhere"],
        ["articles", "list", "--config", "elsewhere.toml"],
        ["--config", "elsewhere.toml", "articles", "list"],
    ],
)
def test_config_and_data_stand_before_or_after_the_command(
    rumourmill: Rumourmill, arguments: list[str]
) -> None:
    Path("elsewhere.toml").write_text('[data]\ndirectory = "elsewhere"\n')
    assert "no articles in elsewhere yet" in rumourmill(*arguments).err


def test_every_command_is_described_in_a_whole_sentence(rumourmill: Rumourmill) -> None:
    descriptions = rumourmill("--help").out.partition("Commands:")[2]
    assert [line for line in descriptions.strip().splitlines() if not line.endswith(".")] == []


def test_a_fault_in_the_configuration_is_told_in_words(rumourmill: Rumourmill) -> None:
    Path("config.toml").write_text("[answers]\nquotez = 3\n")
    result = rumourmill("ask", "who")
    assert result.code == 1
    assert (
        result.err == "Error: config.toml: answers.quotez: there is no such option. Did you mean 'quotes'?\n"
    )


def failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the store can't be opened."""

    async def open_store(path: Path) -> NoReturn:
        raise error

    monkeypatch.setattr("corpus.store.open_store", open_store)


@pytest.mark.usefixtures("samples")
def test_a_busy_store_has_an_exit_code_of_its_own(
    rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(StoreBusyError("Another process is writing. Try again."), monkeypatch)
    result = rumourmill("articles", "list")
    assert (result.code, result.err) == (3, "Error: Another process is writing. Try again.\n")


@pytest.mark.usefixtures("samples")
def test_an_interruption_is_quiet(rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(KeyboardInterrupt(), monkeypatch)
    result = rumourmill("articles", "list")
    assert (result.code, result.out, result.err.strip()) == (130, "", "")


@pytest.mark.usefixtures("samples")
def test_what_the_system_refuses_is_told_in_its_words(
    rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(OSError(28, "No space left on device"), monkeypatch)
    assert rumourmill("articles", "list").err == "Error: No space left on device.\n"


@pytest.mark.usefixtures("samples")
def test_an_unforeseen_error_is_one_line_and_a_traceback_only_if_asked_for(
    rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(ZeroDivisionError("by zero"), monkeypatch)
    result = rumourmill("articles", "list")
    assert result.code == 1
    assert result.err.startswith("Error: ZeroDivisionError: by zero.")
    assert len(result.err.splitlines()) == 1
    assert "Traceback" in rumourmill("articles", "list", "-v").err


def test_a_directory_that_cannot_be_made_is_named(rumourmill: Rumourmill) -> None:
    Path("file").touch()
    Path("article.txt").write_text("Title: Kane\n\nHarry Kane has left Tottenham for Bayern Munich.")
    result = rumourmill("ingest", "--data", "file/data", "article.txt")
    assert result.code == 1
    assert "file" in result.err
    assert len(result.err.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert result.returncode == 1
    assert result.stderr == b""


def test_a_terminal_that_lacks_a_character_still_gets_the_rest() -> None:
    program = (
        "from bot.cli.program import invoke; invoke(['--version']); "
        "from bot.terminal import open_console; open_console().print('│ Pérez')"
    )
    environment = {"PYTHONIOENCODING": "ascii"}
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True)
    assert result.stdout.endswith(b"? P?rez\n")
