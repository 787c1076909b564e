import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import RedactingFormatter, set_up_logging

SECRET = "canary.token"  # noqa: S105


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    yield
    root.level, root.handlers[:] = before
    logging.getLogger("discord").setLevel(logging.NOTSET)


def test_a_secret_is_starred_in_messages_arguments_and_tracebacks() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter([SECRET, ""]))
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        raise ValueError(f"bad token {SECRET}")
    except ValueError:
        log.exception("Could not log in with %s to %s", SECRET, "discord")
    assert SECRET not in stream.getvalue()
    assert "with *** to discord" in stream.getvalue()
    assert "ValueError: bad token ***" in stream.getvalue()


def test_messages_go_to_stderr_from_the_configured_level_on(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("warning")
    logging.getLogger("bot").info("a detail")
    logging.getLogger("bot").warning("a warning")
    out, err = capsys.readouterr()
    assert out == ""
    assert "a warning" in err
    assert "a detail" not in err


def test_the_debug_messages_of_discord_hold_tokens_and_never_appear(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging("debug")
    logging.getLogger("bot").debug("ours")
    logging.getLogger("discord.http").debug("POST with an interaction's token")
    logging.getLogger("discord.client").info("logged in")
    err = capsys.readouterr().err
    assert "ours" in err
    assert "logged in" in err
    assert "interaction's token" not in err
