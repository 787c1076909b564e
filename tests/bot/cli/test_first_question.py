"""What a newcomer sees first, with the real model."""

from pathlib import Path

import pytest

from bot.cli.program import invoke
from tests.bot.cli.conftest import SAMPLES


def test_the_first_question_is_answered_and_a_stray_one_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke(["ingest", str(SAMPLES)]) == 0
    assert invoke(["ask", "who replaces Ancelotti?"]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    answer = " ".join(out.replace("│", " ").split())
    assert answer.split("? ", 1)[1].startswith("Xabi Alonso")
    assert "TEAMtalk · 6 November 2024" in answer
    assert "Raúl would replace Carlo Ancelotti as Real Madrid's interim boss" in answer

    assert invoke(["ask", "who won the super bowl"]) == 0
    assert "Nothing in the articles answers that." in capfd.readouterr().out
