"""All that is a server's, as files to take away."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence

from corpus.types import Article

Row = Mapping[str, object]
File = tuple[str, bytes]

PART_BYTES = 8 * 2**20
"""Before compression: Discord takes files of 10 MiB at least."""


def archives(articles: Iterable[Article], tables: Mapping[str, Sequence[Row]]) -> list[bytes]:
    """Zip files, each small enough for Discord: the articles as `ingest` reads them, then everything else."""
    everything = {"articles": map(_fields, articles), **tables}
    files = [
        (f"{name}.jsonl", part) for name, rows in everything.items() for part in _parts(map(_line, rows))
    ]
    return [_zipped(together) for together in _fitting(files)]


def _fitting(files: Sequence[File]) -> Iterator[list[File]]:
    """The files in groups, none of them too large and none with two of one name."""
    group: list[File] = []
    for name, content in files:
        size = sum(len(other) for _, other in group)
        if group and (size + len(content) > PART_BYTES or name == group[-1][0]):
            yield group
            group = []
        group.append((name, content))
    yield group


def _parts(lines: Iterable[bytes]) -> Iterator[bytes]:
    part: list[bytes] = []
    size = 0
    for line in lines:
        if part and size + len(line) > PART_BYTES:
            yield b"".join(part)
            part, size = [], 0
        part.append(line)
        size += len(line)
    if part:
        yield b"".join(part)


def _fields(article: Article) -> Row:
    fields = {
        "id": article.external_id,
        "title": article.title,
        "publisher": article.publisher,
        "author": article.author,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "url": article.url,
        "text": article.text,
    }
    return {name: value for name, value in fields.items() if value}


def _line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _zipped(files: Sequence[File]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()
