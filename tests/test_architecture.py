"""Which room imports what, read from the source."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS_ABOVE = {"corpus": {"index", "bot"}, "index": {"bot"}, "bot": set[str]()}
WORKSHOPS = ("tests", "benchmarks", "drills", "gallery", "training", "scripts")


def modules(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


MODULES = modules(*ROOMS_ABOVE)
TRAINING = modules("training")

HOMES = {
    "discord": ("bot/",),
    "click": ("bot/cli/", "training/commands.py"),
    "rich": ("bot/terminal.py", "bot/cli/progress.py"),
    "pydantic": ("bot/config.py", "bot/batch.py", "bot/evaluation.py", "bot/retrieval.py"),
    "matplotlib": ("bot/picture.py",),
    "faiss": ("index/dense.py",),
    "tantivy": ("index/lexical.py",),
    "torch": ("index/encode.py", "index/cross.py", "index/threads.py", "training/"),
    "sentence_transformers": ("index/encode.py", "training/"),
    "transformers": ("index/encode.py", "index/cross.py", "training/"),
    "safetensors": ("index/encode.py", "index/cross.py", "training/export.py"),
    "tokenizers": ("index/encode.py", "index/cross.py", "training/"),
    "aiosqlite": ("corpus/store/",),
    "sqlite3": ("corpus/store/", "bot/check.py"),
    "frontmatter": ("corpus/ingest/",),
    "sentencex": ("corpus/text.py",),
    "babel": ("bot/words.py", "scripts/catalogues.py"),
    "rapidfuzz": ("index/spelling.py",),
    "trafilatura": ("corpus/web/",),
    "feedparser": ("corpus/web/",),
    "lxml": ("corpus/web/",),
    "dateutil": ("corpus/web/",),
    "protego": ("corpus/web/",),
    "aiohttp": ("bot/", "corpus/web/"),
    "yarl": ("corpus/web/",),
}
HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "safetensors",
    "tokenizers",
    "faiss",
    "tantivy",
    "discord",
    "pydantic",
    "aiosqlite",
    "matplotlib",
    "trafilatura",
    "feedparser",
    "lxml",
)


def imports(path: Path, *, at_run_time_only: bool = False) -> Iterator[str]:
    """The modules that a file imports, by their full names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = set(type_checking_blocks(tree)) if at_run_time_only else set()
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def type_checking_blocks(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from ast.walk(node)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_run_from_bot_to_index_to_corpus(path: Path) -> None:
    above = ROOMS_ABOVE[path.relative_to(ROOT).parts[0]]
    assert not {module for module in imports(path) if module.split(".")[0] in above.union(WORKSHOPS)}


@pytest.mark.parametrize("path", TRAINING, ids=name)
def test_only_the_commands_of_training_know_the_bot(path: Path) -> None:
    others = {"bot", *WORKSHOPS} - {"training"}
    commands = path.name == "commands.py"
    assert commands or not {module for module in imports(path) if module.split(".")[0] in others}


@pytest.mark.parametrize("path", modules("benchmarks", "drills", "gallery"), ids=name)
def test_nothing_but_its_tests_imports_training(path: Path) -> None:
    assert "training" not in {module.split(".")[0] for module in imports(path)}


@pytest.mark.parametrize("path", MODULES + TRAINING, ids=name)
def test_every_library_is_imported_in_its_place_only(path: Path) -> None:
    strays = {
        module
        for module in imports(path, at_run_time_only=True)
        if (homes := HOMES.get(module.split(".")[0])) and not name(path).startswith(homes)
    }
    assert not strays


@pytest.mark.parametrize("path", MODULES + TRAINING, ids=name)
def test_only_configuration_reads_the_environment(path: Path) -> None:
    setters = {"index/__init__.py"}  # defaults for libraries, before they load
    source = path.read_text(encoding="utf-8")
    assert name(path) in {"bot/config.py", *setters} or (
        "os.environ" not in source and "getenv" not in source
    )


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["ask", "--help"], ["articles", "remove", "--help"], ["evaluate", "--help"], ["ask"]],
)
def test_help_and_usage_load_nothing_heavy(arguments: list[str]) -> None:
    program = f"import sys; from bot.cli.program import invoke; invoke({arguments}); print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(result.stdout.splitlines()[-1].split())
    assert "bot.cli.ask" in loaded
    assert not loaded & set(HEAVY)
