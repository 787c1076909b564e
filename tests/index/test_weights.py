import shutil
from pathlib import Path

import pytest

from index.errors import ModelError
from index.weights import BUNDLED, model_directory, verified_fingerprint


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the installed model."""
    return Path(shutil.copytree(model_directory(BUNDLED), tmp_path / "model"))


def test_the_bundled_weights_are_the_published_ones() -> None:
    assert len(verified_fingerprint(BUNDLED, model_directory(BUNDLED))) == 16


def test_changed_bundled_files_are_refused_by_name(model: Path) -> None:
    content = bytearray((model / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (model / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.safetensors .* not the published file.*pip install"):
        verified_fingerprint(BUNDLED, model)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
def test_the_fingerprint_follows_every_file_that_shapes_the_vectors(model: Path, name: str) -> None:
    before = verified_fingerprint(str(model), model)
    (model / name).write_bytes((model / name).read_bytes() + b" ")
    assert verified_fingerprint(str(model), model) != before


@pytest.mark.parametrize("name", ["modules.json", "tokenizer.json"])
def test_a_directory_that_lacks_a_file_is_refused_by_name(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelError, match=name):
        model_directory(str(model))


def test_a_directory_that_does_not_exist_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.name"):
        model_directory(str(tmp_path / "nowhere"))
