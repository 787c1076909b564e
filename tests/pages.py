"""What is found on the saved pages, against what is there: `python -m tests.pages` tells it as a table."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableError
from corpus.web.page import read_page
from corpus.web.types import Page

PAGES = sorted((Path(__file__).parent / "corpus" / "web" / "pages").glob("*.html"))
NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
FIELDS = ("title", "author", "publisher", "published_at", "language", "url", "complete")


@dataclass(frozen=True, slots=True)
class Looked:
    """`page` is None where nothing was found; the numbers count words, each as often as it stands there."""

    name: str
    page: Page | None
    expected: dict[str, Any]
    found: int
    there: int
    right: int

    @property
    def wrong(self) -> list[str]:
        """The fields that are not as they should be."""
        if self.page is None:
            return [] if not self.expected["complete"] else list(FIELDS)
        return [field for field in FIELDS if _shown(getattr(self.page, field)) != self.expected[field]]


def looked_at(path: Path) -> Looked:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = read_saved(path, expected)
    found, there = _words(page.text if page else ""), _words(" ".join(expected["text"]))
    return Looked(path.stem, page, expected, found.total(), there.total(), (found & there).total())


def read_saved(path: Path, expected: dict[str, Any]) -> Page | None:
    try:
        return read_page(
            path.read_bytes(),
            url=expected["found_at"],
            media_type=expected["media_type"],
            charset=expected["charset"],
            now=NOW,
        )
    except UnreadableError:
        return None


def scores(looked: list[Looked]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the words of all these pages together."""
    found, there = sum(one.found for one in looked), sum(one.there for one in looked)
    right = sum(one.right for one in looked)
    precision, recall = right / found, right / there
    return precision, recall, 2 * precision * recall / (precision + recall)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def _shown(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def main() -> None:
    looked = [looked_at(path) for path in PAGES]
    print("| page | words there | found | right | wrong fields |\n|---|---:|---:|---:|---|")
    for one in looked:
        print(f"| {one.name} | {one.there} | {one.found} | {one.right} | {', '.join(one.wrong)} |")
    for told, some in (("all", looked), ("articles", [one for one in looked if one.there])):
        precision, recall, f1 = scores(some)
        print(f"\n{told}: {len(some)} pages, precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    for field in FIELDS:
        print(f"{field}: {sum(field not in one.wrong for one in looked)} of {len(looked)}")


if __name__ == "__main__":
    main()
