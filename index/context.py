"""What stands around a quote in its article. Pure."""

from corpus.text import sentences

Span = tuple[int, int]


def context(text: str, quote: Span, most: int) -> Span:
    """The quote's paragraph and the two beside it, or as many of their sentences as `most` characters hold.

    The sentences nearest to the quote come first, those of its own paragraph before the others. A quote of
    more characters stays alone.
    """
    paragraph = _line_around(text, quote)
    before = _line_around(text, (len(text[: paragraph[0]].rstrip("\n")),) * 2)
    after = _line_around(text, (len(text) - len(text[paragraph[1] :].lstrip("\n")),) * 2)
    found = quote
    for low, high in (paragraph, (before[0], after[1])):
        spans = [(low + start, low + end) for start, end in sentences(text[low:high])]
        found = _widened(spans, found, most)
    return found


def _widened(spans: list[Span], found: Span, most: int) -> Span:
    """Up to the spans at either side, in turns, as long as there is room."""
    earlier = [start for start, _ in reversed(spans) if start < found[0]]
    later = [end for _, end in spans if end > found[1]]
    while earlier or later:
        for place, ends in enumerate((earlier, later)):
            if ends:
                wider = (ends[0], found[1]) if place == 0 else (found[0], ends[0])
                if wider[1] - wider[0] > most:
                    ends.clear()
                else:
                    found = wider
                    ends.pop(0)
    return found


def _line_around(text: str, span: Span) -> Span:
    start = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[1])
    return start, len(text) if end < 0 else end
