from pathlib import Path

import pytest

from bot.app import only_one
from bot.config import Config
from bot.run import DiscordError
from tests.bot.cli.conftest import Rumourmill
from tests.encoders import WordEncoder

TOKEN = "canary.token"  # noqa: S105


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch, rumourmill: Rumourmill) -> str:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    return TOKEN


@pytest.mark.parametrize("arguments", [["run"], ["commands", "sync"]])
def test_without_a_token_the_next_step_is_named(rumourmill: Rumourmill, arguments: list[str]) -> None:
    result = rumourmill(*arguments)
    assert result.code == 1
    assert "DISCORD_TOKEN=" in result.err
    assert "developer portal" in result.err


def test_a_second_bot_on_the_same_data_ends_at_once(rumourmill: Rumourmill, token: str) -> None:
    with only_one(Path("data")):
        result = rumourmill("run")
    assert result.code == 3
    assert "already runs from data" in result.err


def test_what_discord_refuses_is_told_in_words_without_the_token(
    rumourmill: Rumourmill, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run_client(config: Config, token: str) -> None:
        raise DiscordError("Discord doesn't accept the token.")

    monkeypatch.setattr("bot.run.run_client", run_client)
    result = rumourmill("run")
    assert (result.code, result.err) == (1, "Error: Discord doesn't accept the token.\n")


def test_synced_commands_are_named(
    rumourmill: Rumourmill, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sync_commands(config: Config, token: str) -> list[str]:
        assert token == TOKEN
        return ["article", "ask"]

    monkeypatch.setattr("bot.run.sync_commands", sync_commands)
    assert rumourmill("commands", "sync").out == "Discord knows these commands now: /article, /ask\n"


@pytest.fixture
def small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check takes the fixture's model for the tuned one."""
    monkeypatch.setattr("bot.check._fingerprint", lambda config: WordEncoder(name="tuned").fingerprint)


def findings(out: str) -> dict[str, str]:
    """The mark of each finding, by its subject."""
    return {line[2:].split(":")[0]: line[0] for line in out.splitlines() if line[:1] in "✓✗–"}


@pytest.mark.usefixtures("small_model")
def test_a_sound_collection_passes_the_check(rumourmill: Rumourmill, samples: Path, token: str) -> None:
    Path("config.toml").write_text('[web]\ncontact = "ann@example.com"\n')
    result = rumourmill("check")
    assert result.code == 0
    assert set(findings(result.out).values()) == {"✓"}
    assert "14 shared by every server" in result.out
    assert TOKEN not in result.out + result.err


def test_what_is_only_missing_is_no_fault_and_nothing_is_created(
    rumourmill: Rumourmill, tmp_path: Path
) -> None:
    result = rumourmill("check")
    assert result.code == 0
    missing = {subject for subject, mark in findings(result.out).items() if mark == "–"}
    assert missing == {"token", "contact", "articles"}
    assert not list(tmp_path.iterdir())


def test_a_faulty_configuration_fails_the_check(rumourmill: Rumourmill) -> None:
    Path("config.toml").write_text("[answers]\nquotez = 3\n")
    result = rumourmill("check")
    assert result.code == 1
    assert "Did you mean 'quotes'?" in " ".join(result.out.split())


def test_a_missing_model_fails_the_check(rumourmill: Rumourmill, samples: Path) -> None:
    Path("config.toml").write_text('[model]\nname = "nowhere"\n')
    result = rumourmill("check")
    assert result.code == 1
    assert findings(result.out)["model"] == "✗"
    assert findings(result.out)["articles"] == "✓"


def test_passages_of_another_model_fail_the_check_and_reindex_is_named(
    rumourmill: Rumourmill, samples: Path
) -> None:
    """The check looks at the tuned model, and the samples are embedded by a smaller one."""
    result = rumourmill("check")
    assert result.code == 1
    assert findings(result.out)["passages"] == "✗"
    assert "rumourmill reindex" in result.out


def test_a_damaged_database_fails_the_check(rumourmill: Rumourmill, samples: Path) -> None:
    Path("data/rumourmill.db").write_bytes(b"no database" * 1000)
    result = rumourmill("check")
    assert result.code == 1
    assert findings(result.out)["articles"] == "✗"


def test_a_full_disk_fails_the_check(rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.check.MIN_FREE_BYTES", 2**70)
    result = rumourmill("check")
    assert result.code == 1
    assert "make room" in result.out


def test_a_file_in_place_of_the_directory_fails_the_check(rumourmill: Rumourmill) -> None:
    Path("data").write_text("in the way")
    result = rumourmill("check")
    assert result.code == 1
    assert "✗ disk: data is no directory to write in" in result.out


def test_a_directory_that_may_not_be_entered_fails_the_check(
    rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = Path.exists

    def guarded(path: Path) -> bool:
        if path.parent.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return exists(path)

    monkeypatch.setattr(Path, "exists", guarded)
    result = rumourmill("check", "--data", "locked/data")
    assert result.code == 1
    assert findings(result.out)["disk"] == "✗"


@pytest.mark.usefixtures("small_model")
def test_a_word_index_that_has_to_be_rebuilt_is_no_fault(rumourmill: Rumourmill, samples: Path) -> None:
    Path("data/words/seal.json").write_text("broken")
    files = sorted(path.name for path in Path("data/words").iterdir())
    assert findings(rumourmill("check").out)["word index"] == "–"
    assert sorted(path.name for path in Path("data/words").iterdir()) == files
    rumourmill("ask", "who replaces Ancelotti?")
    assert findings(rumourmill("check").out)["word index"] == "✓"
