"""Files in a zip archive -> drafts. Nothing is written anywhere, and no more is unpacked than was agreed.

Subfolders are read like folders on a disk; hidden files, READMEs and what macOS adds are passed over.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

from corpus.ingest.read import KINDS, NAMED_KINDS, Item, is_wanted, read_bytes
from corpus.text import clean_line
from corpus.types import Refusal
from corpus.wording import Wording

MAX_FILES = 5_000
MAX_BYTES = 64 * 1024 * 1024
"""Of all files together, unpacked."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".zst")
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def read_zip(name: str, data: bytes, *, now: datetime) -> Iterator[Item]:
    """Every article of the archive's .jsonl, .md and .txt files, and a refusal for every other file."""
    shown = clean_line(name)
    if data.count(_DIRECTORY_ENTRY) > MAX_FILES:
        told = Wording("The archive holds more than {most} files: make several of it.", most=MAX_FILES)
        yield Refusal(shown, told)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from _read_entries(shown, archive, now)
    except _BROKEN:
        yield Refusal(shown, Wording("The archive is damaged, or is none: pack it anew as a .zip file."))


def _read_entries(shown: str, archive: zipfile.ZipFile, now: datetime) -> Iterator[Item]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and _is_wanted(entry.filename)]
    if sum(entry.file_size for entry in entries) > MAX_BYTES:
        yield Refusal(shown, _too_much())
        return
    left = MAX_BYTES
    for entry in entries:
        where = clean_line(f"{shown}/{entry.filename}")
        if reason := _reason_against(entry):
            yield Refusal(where, reason)
            continue
        try:
            with archive.open(entry) as file:
                content = file.read(left + 1)
        except _BROKEN:
            yield Refusal(where, Wording("This file of the archive is damaged: pack it anew."))
            continue
        left -= len(content)
        if left < 0:
            yield Refusal(where, _too_much())
            return
        for item in read_bytes(PurePosixPath(entry.filename).name, content, now=now):
            yield _within(where, item)


def _reason_against(entry: zipfile.ZipInfo) -> Wording | None:
    """Why a file of an archive is not even unpacked."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    kind = path.suffix.lower()
    if path.is_absolute() or ".." in path.parts:
        return Wording("Its name leads out of the archive: pack it anew.")
    if kind in _ARCHIVES:
        return Wording("An archive within the archive is not opened: hand it in by itself.")
    if kind not in KINDS:
        return Wording("Only {kinds} files can be read.", kinds=NAMED_KINDS)
    if entry.flag_bits & _ENCRYPTED:
        return Wording("It is encrypted: pack it without a password.")
    if entry.compress_type not in _COMPRESSIONS:
        return Wording("It is packed in a way that is not read: pack it as an ordinary .zip file.")
    return None


def _is_wanted(filename: str) -> bool:
    parts = PurePosixPath(filename.replace("\\", "/")).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts)
    return bool(parts) and not hidden and parts[0] != "__MACOSX" and is_wanted(parts[-1])


def _within(where: str, item: Item) -> Item:
    """`item` with its place in the archive: `rows.zip/more/one.jsonl:3`."""
    if not isinstance(item, Refusal):
        return item
    _, colon, line = item.where.rpartition(":")
    return replace(item, where=where + colon + line if colon and line.isdigit() else where)


def _too_much() -> Wording:
    most = MAX_BYTES // 1024**2
    return Wording("Unpacked it is more than {most} MiB: make several archives of it.", most=most)
