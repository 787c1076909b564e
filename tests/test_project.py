"""What a newcomer relies on outside of the code."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from bot.cli.program import program
from bot.config import Config
from index.engine import EngineSettings
from index.weights import TUNED

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINS = {
    canonicalize_name(name): Version(version)
    for name, version in re.findall(
        r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.M
    )
}
EXTRAS = PROJECT["optional-dependencies"]
WANTED = [
    Requirement(line)
    for line in (*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra))
]


@pytest.mark.parametrize("requirement", WANTED, ids=str)
def test_every_dependency_is_pinned_within_its_range(requirement: Requirement) -> None:
    assert PINS[canonicalize_name(requirement.name)] in requirement.specifier


def test_pins_are_exact_and_free_of_local_builds() -> None:
    lines = [
        line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if line and line[0] != "#"
    ]
    assert len(lines) == len(PINS)
    assert not any(version.local for version in PINS.values())


def test_what_the_dependencies_need_is_pinned_too() -> None:
    needed = {
        canonicalize_name(requirement.name)
        for wanted in WANTED
        for line in requires(wanted.name) or ()
        if not (requirement := Requirement(line)).marker or requirement.marker.evaluate({"extra": ""})
    }
    assert needed <= set(PINS)


@pytest.mark.parametrize(
    ("folders", "extras"),
    [
        (("bot", "index", "corpus"), ("evaluate",)),
        (("training",), ()),
        (("tests", "benchmarks", "drills", "gallery", "scripts"), ("dev",)),
    ],
)
def test_every_library_that_is_imported_is_asked_for(
    folders: tuple[str, ...], extras: tuple[str, ...]
) -> None:
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    asked_for = {canonicalize_name(Requirement(line).name) for lines in lists for line in lines}
    sources = [path.read_text("utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")]
    imported = {name for source in sources for name in imported_names(source)} - sys.stdlib_module_names
    homes = packages_distributions()
    strangers = {
        name
        for name in imported
        if name in homes and asked_for.isdisjoint(map(canonicalize_name, homes[name]))
    }
    assert not strangers


@pytest.mark.parametrize("data", ["corpus/entities/*.csv", "index/models/*", "bot/locales/*.po"])
def test_data_beside_the_code_is_packed_with_it(data: str) -> None:
    """What git ignores, the build leaves out of the wheel."""
    files = [str(file) for file in ROOT.glob(data)]
    assert files
    ignored = subprocess.run(["git", "check-ignore", *files], cwd=ROOT, capture_output=True, text=True)
    assert ignored.stdout == ""


def imported_names(source: str) -> Iterator[str]:
    """The top names of everything that a module imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_the_default_of_refusing_is_the_engine_s() -> None:
    assert Config().answers.refuse_below == EngineSettings().refuse_below


def test_the_default_model_is_the_one_that_comes_with_the_bot() -> None:
    assert Config().model.name == TUNED


def test_the_readme_explains_every_option_and_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    example = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))
    options = {f"`{section}.{option}`" for section, keys in example.items() for option in keys}
    commands = {f"`rumourmill {name}" for name in program.commands}
    assert {words for words in options | commands if words not in readme} == set()


def test_the_question_reaches_the_program_as_it_was_typed(tmp_path: Path) -> None:
    """Quotes, dollar signs, backquotes and leading dashes are nothing special to make."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    program = tmp_path / ".venv/bin/rumourmill"
    program.write_text('#!/bin/sh\nfor argument; do last=$argument; done\nprintf %s "$last"\n')
    program.chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for stamp in (".venv/.installed", "data/.samples"):
        (tmp_path / stamp).touch()

    question = """-- who's "worth" $100m, $(shell echo no) `pwd` \\ $$ 50% #1?"""
    result = subprocess.run(
        ["make", "-s", "ask", f"Q={question}"], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.stdout == question
    assert result.returncode == 0
