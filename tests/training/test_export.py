import hashlib
from pathlib import Path

import pytest
import torch

from training import export as exporting
from training.export import PLAIN_SHARE, SUMS, encoder_weights, export, mixed


def test_what_is_exported_is_half_precision_with_checksums_that_fit(tmp_path: Path) -> None:
    size = export({"reader": {"a": torch.ones(3)}, "encoder": {"b": torch.zeros(2, 2)}}, tmp_path)
    lines = [line.split("  ") for line in (tmp_path / SUMS).read_text().splitlines()]
    assert [name for _, name in lines] == ["encoder.safetensors", "reader.safetensors"]
    for digest, name in lines:
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert size == sum((tmp_path / name).stat().st_size for _, name in lines)


def test_more_than_may_be_shipped_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MAX_BYTES", 100)
    with pytest.raises(ValueError, match="may be shipped"):
        export({"reader": {"a": torch.ones(300)}}, tmp_path)
    assert not (tmp_path / SUMS).exists()


def test_the_pooler_stays_behind() -> None:
    assert set(encoder_weights({"pooler.dense.weight": torch.ones(1), "x": torch.ones(1)})) == {"x"}


def test_some_of_the_plain_weights_is_mixed_into_what_the_reader_does_not_share() -> None:
    names = ("embeddings.word", "encoder.layer.1.bias", "encoder.layer.2.bias", "encoder.layer.10.bias")
    tuned, plain = ({name: torch.full((2,), value) for name in names} for value in (1.0, 0.0))
    found = {name: value.tolist() for name, value in mixed(tuned, plain).items()}
    assert [found[name] for name in names] == [[1, 1], [1, 1], *[pytest.approx([1 - PLAIN_SHARE] * 2)] * 2]
