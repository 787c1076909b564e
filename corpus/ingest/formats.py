"""What stands in a Markdown or text file -> fields for `make_draft`. Pure."""

import re

import yaml
from frontmatter.default_handlers import YAMLHandler

from corpus.errors import ArticleRefusedError
from corpus.text import clean, clean_line
from corpus.wording import Wording

MAX_HEADLINE_CHARS = 200
MAX_FRONT_MATTER_CHARS = 20_000
MAX_BRACKETS = 1_000
"""Within one another, 20,000 of them take the parser half a minute."""

Fields = dict[str, object]

_HEADING = re.compile(r"\s*#[ \t]+(\S.*)(?:\n|$)")
_HEAD_LINE = re.compile(
    r"(title|publisher|source|author|published_at|date|url|link|id)\s*:\s*(.*)", re.IGNORECASE
)
_LEADING_DATE = re.compile(r"date:? (\d{4}-\d{2}-\d{2})\b\s*", re.IGNORECASE)
_ENDS_A_SENTENCE = re.compile(r"[.!?…:;,][\"”’')\]]*$")


def parse_markdown(content: str) -> Fields:
    """The front matter's fields, the rest as text; a leading `# heading` is the title if none is given."""
    fields, body = _front_matter(content)
    heading = _HEADING.match(body)
    if heading and fields.get("title") in {None, "", heading[1].strip()}:
        fields["title"], body = heading[1].rstrip(" #"), body[heading.end() :]
    return {**fields, "text": body}


def _front_matter(content: str) -> tuple[Fields, str]:
    handler = YAMLHandler()
    if not handler.detect(content):
        return {}, content
    try:
        head, body = handler.split(content)
    except ValueError:
        raise ArticleRefusedError(
            Wording("Its front matter has no end: close it with a line of ---.")
        ) from None
    if len(head) > MAX_FRONT_MATTER_CHARS:
        raise ArticleRefusedError(
            Wording(
                "Its front matter has {length} characters, and {most} is the most.",
                length=len(head),
                most=MAX_FRONT_MATTER_CHARS,
            )
        )
    try:
        fields = _yaml(handler, head) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ArticleRefusedError(
            Wording("Its front matter can't be read: {problem}.", problem=clean_line(str(error)))
        ) from error
    if not isinstance(fields, dict):
        raise ArticleRefusedError(
            Wording("Its front matter must be lines like “publisher: Marca” between lines of ---.")
        )
    return {name.lower(): value for name, value in fields.items() if isinstance(name, str)}, body


def _yaml(handler: YAMLHandler, head: str) -> object:
    """Loaded in Python, which survives any depth, where libyaml takes the process down.

    Raises YAMLError also for aliases, a few lines of which make gigabytes.
    """
    if head.count("[") + head.count("{") > MAX_BRACKETS:
        raise yaml.YAMLError("it holds too many brackets")
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(head, yaml.SafeLoader)):
        raise yaml.YAMLError("aliases (*name) can't be used")
    return handler.load(head, Loader=yaml.SafeLoader)


def parse_text(content: str) -> Fields:
    """The text, and what stands before it: `Key: value` lines, or `date 2024-11-06`, or a headline."""
    fields, body = _head(clean(content))
    headline, gap, rest = body.partition("\n\n")
    if "title" not in fields and gap and _is_headline(headline):
        return {**fields, "title": headline, "text": rest}
    return {**fields, "text": body}


def _head(content: str) -> tuple[Fields, str]:
    head, _, body = content.partition("\n\n")
    lines = [_HEAD_LINE.fullmatch(line) for line in head.split("\n")]
    if all(lines):
        return {line[1].lower(): line[2] for line in lines if line}, body
    if date := _LEADING_DATE.match(content):
        return {"date": date[1]}, content[date.end() :]
    return {}, content


def _is_headline(paragraph: str) -> bool:
    return (
        "\n" not in paragraph
        and len(paragraph) <= MAX_HEADLINE_CHARS
        and not _ENDS_A_SENTENCE.search(paragraph)
    )
