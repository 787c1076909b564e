"""Files and folders -> drafts, and a refusal with file and line for everything else.

`.jsonl` holds one article a line; `.md` one with front matter; `.txt` one, with an optional head of
`Title: …`, `Publisher: …`, `Author: …`, `Date: …`, `Url: …`, `Id: …` lines before a blank line.
An article from `.md` or `.txt` that has neither id nor url is known by its file: edited, it replaces itself.

In folders, hidden files and READMEs are passed over; of other kinds of files only the number is told.
"""

import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO

from corpus.errors import ArticleRefusedError
from corpus.ingest.draft import make_draft
from corpus.ingest.formats import parse_markdown, parse_text
from corpus.text import clean_line
from corpus.types import ArticleDraft, Refusal
from corpus.wording import Wording

__all__ = ["make_draft", "read_bytes", "read_paths"]

MAX_DOCUMENT_BYTES = 2_000_000
MAX_LINE_BYTES = 4_000_000

_PARSERS = {".md": parse_markdown, ".txt": parse_text}
KINDS = (".jsonl", *_PARSERS)
NAMED_KINDS = ".jsonl, .md and .txt"
_NOT_UTF8 = Wording(
    "It is not in UTF-8: convert it first (iconv -f latin1 -t utf-8 OLD > NEW), then try again."
)
_NO_OBJECT = Wording("The line is no JSON object: write {example}.", example='{"title": …, "text": …}')

Item = ArticleDraft | Refusal


def read_paths(paths: Iterable[Path], *, now: datetime) -> Iterator[Item]:
    """Every article of the files and of the folders' files, in the order of their names."""
    for path in paths:
        if path.is_dir():
            yield from _read_folder(path, now)
        else:
            yield from _read_file(path, now)


def read_bytes(name: str, data: bytes, *, now: datetime) -> Iterator[Item]:
    """The articles of a file that was handed in, read one by one; its name tells the kind."""
    kind = Path(name).suffix.lower()
    if kind == ".jsonl":
        yield from _read_lines(name, io.BytesIO(data), now)
    elif kind not in KINDS:
        yield Refusal(_shown(name), f"Only {NAMED_KINDS} files can be read.")
    elif len(data) > MAX_DOCUMENT_BYTES:
        yield Refusal(_shown(name), _too_large(len(data)))
    else:
        yield _read_document(name, data, now)


def _read_folder(folder: Path, now: datetime) -> Iterator[Item]:
    other_kinds: list[str] = []
    unreadable: list[OSError] = []
    for directory, subfolders, names in os.walk(folder, onerror=unreadable.append):
        subfolders[:] = sorted(filter(is_wanted, subfolders))
        for name in sorted(filter(is_wanted, names)):
            if Path(name).suffix.lower() in KINDS:
                yield from _read_file(Path(directory, name), now)
            else:
                other_kinds.append(name)
    for error in unreadable:
        yield Refusal(_shown(error.filename), f"This folder can't be read: {error.strerror}.")
    if other_kinds:
        passed_over = f"Passed over {len(other_kinds)} of another kind (such as {_shown(other_kinds[0])})"
        yield Refusal(_shown(folder), f"{passed_over}: only {NAMED_KINDS} files are read.")


def is_wanted(name: str) -> bool:
    return not name.startswith(".") and Path(name).stem.lower() != "readme"


def _read_file(path: Path, now: datetime) -> Iterator[Item]:
    kind = path.suffix.lower()
    try:
        if not path.exists():
            yield Refusal(_shown(path), "There is no such file or folder.")
        elif not path.is_file() or kind not in KINDS:
            yield Refusal(_shown(path), f"Only folders and {NAMED_KINDS} files can be read.")
        elif kind == ".jsonl":
            with path.open("rb") as file:
                yield from _read_lines(path, file, now)
        elif (size := path.stat().st_size) > MAX_DOCUMENT_BYTES:
            yield Refusal(_shown(path), _too_large(size))
        else:
            yield _known_by_file(_read_document(path, path.read_bytes(), now), path)
    except OSError as error:
        yield Refusal(_shown(path), f"It can't be read: {error.strerror}.")


def _known_by_file(item: Item, path: Path) -> Item:
    if isinstance(item, Refusal) or item.external_id or item.url:
        return item
    return replace(item, external_id=f"file:{_shown(path.resolve())}")


def _read_document(name: Path | str, data: bytes, now: datetime) -> Item:
    try:
        parse = _PARSERS[Path(name).suffix.lower()]
        return make_draft(parse(data.decode("utf-8-sig")), now)
    except UnicodeDecodeError:
        return Refusal(_shown(name), _NOT_UTF8)
    except ArticleRefusedError as error:
        return Refusal(_shown(name), error.reason)


def _read_lines(name: Path | str, file: BinaryIO, now: datetime) -> Iterator[Item]:
    for number in count(1):
        line = file.readline(MAX_LINE_BYTES)
        where = f"{_shown(name)}:{number}"
        if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            _skip_line(file)
            yield Refusal(where, f"The line is longer than {MAX_LINE_BYTES:,} bytes: split the article.")
        elif line.strip():
            yield _read_row(where, line, now)
        elif not line:
            return


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _read_row(where: str, line: bytes, now: datetime) -> Item:
    try:
        row = json.loads(line.decode("utf-8-sig").rstrip())
        if not isinstance(row, dict):
            return Refusal(where, _NO_OBJECT)
        return make_draft(row, now)
    except UnicodeDecodeError:
        return Refusal(where, _NOT_UTF8)
    except json.JSONDecodeError as error:
        return Refusal(
            where,
            Wording(
                "The line is not JSON: {problem} at character {place}.",
                problem=error.msg.removesuffix(" at"),
                place=error.pos + 1,
            ),
        )
    except (ValueError, RecursionError):
        return Refusal(where, Wording("The line is nested too deeply, or holds too long a number."))
    except ArticleRefusedError as error:
        return Refusal(where, error.reason)


def _too_large(size: int) -> str:
    return (
        f"The file has {size / 1e6:.1f} MB, and {MAX_DOCUMENT_BYTES / 1e6:.0f} is the most for one article:"
        " split it, or write one article a line into a .jsonl file."
    )


def _shown(path: Path | str) -> str:
    return clean_line(str(path))
