"""All that is a server's, as files to take away."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence

from corpus.types import Article

Row = Mapping[str, object]

PART_BYTES = 8 * 2**20
"""Before compression: Discord takes files of 10 MiB at least."""


def archives(articles: Iterable[Article], tables: Mapping[str, Sequence[Row]]) -> list[bytes]:
    """Zip files, each small enough for Discord: the articles as `ingest` reads them, then everything else."""
    parts = [[("articles.jsonl", part)] for part in _parts(map(_line, articles))] or [[]]
    parts[-1] += [(f"{name}.json", _json(rows)) for name, rows in tables.items() if rows]
    return [_zipped(files) for files in parts]


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


def _line(article: Article) -> bytes:
    fields = {
        "id": article.external_id,
        "title": article.title,
        "publisher": article.publisher,
        "author": article.author,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "url": article.url,
        "text": article.text,
    }
    return json.dumps({k: v for k, v in fields.items() if v}, ensure_ascii=False).encode() + b"\n"


def _json(rows: Sequence[Row]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def _zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()
