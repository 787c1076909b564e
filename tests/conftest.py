"""How sure an answer is was fitted to the real model: for the quick double, what it reads decides."""

import hypothesis
import pytest

from index import choose
from tests.candidates import scores

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("untimed")

REAL_MODEL = {"test_first_question", "test_quality"}


@pytest.fixture(autouse=True)
def sure_by_reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.path.stem not in REAL_MODEL:
        monkeypatch.setattr(choose, "SURENESS", scores(relevance=1.0))
        monkeypatch.setattr(choose, "SURENESS_OFFSET", 0.0)
