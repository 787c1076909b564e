import hashlib
import shutil
from pathlib import Path

import pytest

from index import weights
from index.errors import ModelError
from index.weights import BUNDLED, TUNED, model_directory, tuned_file, verified_fingerprint


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the installed model."""
    return Path(shutil.copytree(model_directory(BUNDLED), tmp_path / "model"))


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that stands for the one with the tuned weights."""
    monkeypatch.setattr(weights, "MODELS", tmp_path)
    return tmp_path


def ship(directory: Path, **files: bytes) -> None:
    """Tuned weights with their checksums, as an export writes them."""
    lines = []
    for name, content in files.items():
        (directory / f"{name}.safetensors").write_bytes(content)
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {name}.safetensors\n")
    (directory / "SHA256SUMS").write_text("".join(lines), "ascii")


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


@pytest.mark.parametrize("name", ["encoder", "reader"])
def test_the_tuned_weights_are_those_of_their_checksums(name: str) -> None:
    assert tuned_file(name).is_file()


def test_the_tuned_model_has_a_fingerprint_of_its_own() -> None:
    directory = model_directory(TUNED)
    assert directory == model_directory(BUNDLED)
    assert verified_fingerprint(TUNED, directory) != verified_fingerprint(BUNDLED, directory)


def test_the_fingerprint_follows_the_tuned_encoder_and_not_the_reader(shipped: Path) -> None:
    def fingerprint(**files: bytes) -> str:
        ship(shipped, **files)
        return verified_fingerprint(TUNED, model_directory(TUNED))

    before = fingerprint(encoder=b"one", reader=b"one")
    assert fingerprint(encoder=b"one", reader=b"other") == before
    assert fingerprint(encoder=b"other", reader=b"one") != before


def test_a_changed_tuned_file_is_refused_by_name_with_what_to_do(shipped: Path) -> None:
    ship(shipped, encoder=b"encoder", reader=b"reader")
    (shipped / "reader.safetensors").write_bytes(b"another")
    assert tuned_file("encoder").read_bytes() == b"encoder"
    with pytest.raises(ModelError, match=r"reader\.safetensors is not the file .* install rumourmill again"):
        tuned_file("reader")


@pytest.mark.parametrize("name", ["reader.safetensors", "SHA256SUMS"])
def test_what_lacks_among_the_tuned_files_is_named(shipped: Path, name: str) -> None:
    ship(shipped, encoder=b"encoder", reader=b"reader")
    (shipped / name).unlink()
    with pytest.raises(ModelError, match=name):
        tuned_file("reader")
