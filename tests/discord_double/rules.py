"""Discord's rules for what is sent, beyond those of its OpenAPI file. Pure: body in, problems out.

Lengths are counted in characters. Sources: Discord's developer documentation, `resources/message`,
`components/reference`, `interactions/receiving-and-responding`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Json = dict[str, Any]

EPHEMERAL = 1 << 6
COMPONENTS_V2 = 1 << 15
SENDABLE_FLAGS = 1 << 2 | EPHEMERAL | 1 << 12 | 1 << 13 | COMPONENTS_V2

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT, TEXT_DISPLAY, LABEL, FILE_UPLOAD = 1, 2, 3, 4, 10, 18, 19
SELECTS = (3, 5, 6, 7, 8)
ROLE_SELECT, CHANNEL_SELECT = 6, 8
FIRST_V2_COMPONENT = 9
LINK_STYLE, PREMIUM_STYLE = 5, 6

MAX_CONTENT = 2000
MAX_EMBEDS = 10
MAX_EMBED_CHARACTERS = 6000
MAX_EMBED_FIELDS = 25
MAX_ROWS = 5
MAX_BUTTONS = 5
MAX_COMPONENTS_V2 = 40
MAX_V2_CHARACTERS = 4000
MAX_CUSTOM_ID = 100
MAX_LABEL = 80
MAX_URL = 2048
MAX_BUTTON_URL = 512
MAX_MODAL_TITLE = 45
MAX_MODAL_COMPONENTS = 5
MAX_TEXT_INPUT = 4000
MAX_CHOICES = 25
MAX_CHOICE = 100
MAX_FILES = 10
MAX_FILE_BYTES = 10 * 1024 * 1024


class Problem(NamedTuple):
    """What is wrong, and where: a dotted path into the body."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


Problems = Iterator[Problem]


def message_problems(body: Mapping[str, Any], *, attached: int = 0) -> Problems:
    """What Discord refuses in a message. `attached` is the number of files uploaded with it."""
    yield from unencodable(body)
    yield from _length("content", body.get("content"), 0, MAX_CONTENT)
    yield from embeds_problems(body.get("embeds") or [])
    yield from components_problems(body)
    yield from allowed_mentions_problems(body.get("allowed_mentions") or {})
    if (body.get("flags") or 0) & ~SENDABLE_FLAGS:
        yield Problem("flags", f"{body['flags']} has flags that can't be sent")
    if max(attached, len(body.get("attachments") or [])) > MAX_FILES:
        yield Problem("attachments", f"Must be {MAX_FILES} or fewer in length")


def is_empty(body: Mapping[str, Any], *, attached: int = 0) -> bool:
    """Whether a message has nothing to show."""
    shown = ("embeds", "components", "attachments", "sticker_ids", "poll")
    return not ((body.get("content") or "").strip() or attached or any(body.get(key) for key in shown))


def unencodable(value: object, path: str = "") -> Problems:
    """Text with a lone surrogate is no text: it can't be written as UTF-8."""
    if isinstance(value, str):
        if re.search("[\ud800-\udfff]", value):
            yield Problem(path, "Holds a lone surrogate")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from unencodable(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, Sequence):
        for index, item in enumerate(value):
            yield from unencodable(item, f"{path}.{index}".lstrip("."))


def embeds_problems(embeds: Sequence[Json]) -> Problems:
    if len(embeds) > MAX_EMBEDS:
        yield Problem("embeds", f"Must be {MAX_EMBEDS} or fewer in length")
    for index, embed in enumerate(embeds):
        yield from embed_problems(embed, f"embeds.{index}")
    total = sum(map(embed_characters, embeds))
    if total > MAX_EMBED_CHARACTERS:
        yield Problem("embeds", f"Embed size exceeds maximum size of {MAX_EMBED_CHARACTERS}: {total}")


def embed_characters(embed: Json) -> int:
    """How much of the 6,000 characters of a message an embed takes."""
    texts = [embed.get("title"), embed.get("description")]
    texts.append((embed.get("footer") or {}).get("text"))
    texts.append((embed.get("author") or {}).get("name"))
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text) for text in texts if text)


def embed_problems(embed: Json, path: str) -> Problems:
    footer, author, fields = (embed.get(key) or {} for key in ("footer", "author", "fields"))
    yield from _length(f"{path}.title", embed.get("title"), 0, 256)
    yield from _length(f"{path}.description", embed.get("description"), 0, 4096)
    yield from _length(f"{path}.footer.text", footer.get("text"), 0, 2048)
    yield from _length(f"{path}.author.name", author.get("name"), 0, 256)
    if len(fields) > MAX_EMBED_FIELDS:
        yield Problem(f"{path}.fields", f"Must be {MAX_EMBED_FIELDS} or fewer in length")
    for index, field in enumerate(fields):
        yield from _length(f"{path}.fields.{index}.name", (field.get("name") or "").strip(), 1, 256)
        yield from _length(f"{path}.fields.{index}.value", (field.get("value") or "").strip(), 1, 1024)
    for key, link, schemes in (
        ("url", embed.get("url"), _WEB),
        ("author.url", author.get("url"), _WEB),
        ("author.icon_url", author.get("icon_url"), _IMAGE),
        ("footer.icon_url", footer.get("icon_url"), _IMAGE),
        ("image.url", (embed.get("image") or {}).get("url"), _IMAGE),
        ("thumbnail.url", (embed.get("thumbnail") or {}).get("url"), _IMAGE),
    ):
        if link is not None:
            yield from url_problems(f"{path}.{key}", link, schemes, MAX_URL)
    shown = ("title", "description", "fields", "image", "thumbnail", "footer", "author")
    if not any(embed.get(key) for key in shown):
        yield Problem(f"{path}.description", "This field is required")


_WEB = ("http", "https")
_IMAGE = ("http", "https", "attachment")


def url_problems(path: str, url: str, schemes: Sequence[str], longest: int) -> Problems:
    yield from _length(path, url, 1, longest)
    try:
        parts = urlsplit(url)
        well_formed = bool(parts.hostname or parts.scheme == "attachment") and parts.port != 0
    except ValueError:
        yield Problem(path, "Not a well formed URL.")
        return
    if parts.scheme not in schemes:
        yield Problem(path, f'Scheme "{parts.scheme}" must be one of {tuple(schemes)}.')
    elif not well_formed or re.search(r"[\s<>\"\x00-\x1f\x7f]", url):
        yield Problem(path, "Not a well formed URL.")


def allowed_mentions_problems(allowed: Json) -> Problems:
    for kind in ("users", "roles"):
        if kind in (allowed.get("parse") or []) and allowed.get(kind):
            yield Problem(
                "allowed_mentions", f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            )


_PINGS = {
    "everyone": re.compile(r"@(?:everyone|here)\b"),
    "users": re.compile(r"<@!?(\d+)>"),
    "roles": re.compile(r"<@&(\d+)>"),
}


def pings(body: Mapping[str, Any], *, default: Iterable[str] = ("everyone", "users", "roles")) -> list[str]:
    """The mentions of a message that would notify people.

    `default` is what Discord parses where `allowed_mentions` is absent: users for an answer to an
    interaction, everything for a message. A reply notifies the person who is answered, unless told not to.
    """
    allowed = body.get("allowed_mentions")
    parse = set(default) if allowed is None else set(allowed.get("parse") or [])
    found = [
        match.group()
        for kind, pattern in _PINGS.items()
        for text in _spoken(body)
        for match in pattern.finditer(text)
        if kind in parse or (match.groups() and match.group(1) in map(str, (allowed or {}).get(kind) or []))
    ]
    if body.get("message_reference") and (allowed is None or allowed.get("replied_user")):
        found.append("the author of the message that is answered")
    return found


def _spoken(body: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a message in which mentions count: not those of embeds."""
    yield body.get("content") or ""
    for _, component in walk(body.get("components") or []):
        if component.get("type") == TEXT_DISPLAY:
            yield component.get("content") or ""


def walk(components: Sequence[Json], path: str = "components") -> Iterator[tuple[str, Json]]:
    """Every component with its path, those within others included."""
    for index, component in enumerate(components):
        here = f"{path}.{index}"
        yield here, component
        yield from walk(component.get("components") or [], f"{here}.components")
        for key in ("component", "accessory"):
            if component.get(key):
                yield f"{here}.{key}", component[key]


def components_problems(body: Mapping[str, Any]) -> Problems:
    components = body.get("components") or []
    everything = list(walk(components))
    if (body.get("flags") or 0) & COMPONENTS_V2:
        yield from _v2_problems(body, everything)
    else:
        yield from _rows_problems(components)
    for path, component in everything:
        kind = component.get("type")
        if kind == ACTION_ROW:
            yield from _row_problems(path, component)
        elif kind == BUTTON:
            yield from _button_problems(path, component)
        elif kind in SELECTS:
            yield from _select_problems(path, component)
    yield from _duplicate_ids(everything)


def _rows_problems(rows: Sequence[Json]) -> Problems:
    if len(rows) > MAX_ROWS:
        yield Problem("components", f"Must be between 1 and {MAX_ROWS} in length.")
    for index, row in enumerate(rows):
        if row.get("type") != ACTION_ROW:
            yield Problem(f"components.{index}.type", "Must be an action row unless flagged as components v2")


def _v2_problems(body: Mapping[str, Any], everything: Sequence[tuple[str, Json]]) -> Problems:
    for key in ("content", "embeds"):
        if body.get(key):
            yield Problem(key, "Can't be used together with components v2")
    if len(everything) > MAX_COMPONENTS_V2:
        yield Problem("components", f"Must be {MAX_COMPONENTS_V2} or fewer, counting those within others")
    texts = [item.get("content") or "" for _, item in everything if item.get("type") == TEXT_DISPLAY]
    if sum(map(len, texts)) > MAX_V2_CHARACTERS:
        yield Problem("components", f"Must be {MAX_V2_CHARACTERS} or fewer characters of text altogether")


def _row_problems(path: str, row: Json) -> Problems:
    kinds = [item.get("type") for item in row.get("components") or []]
    selects = sum(kind in SELECTS for kind in kinds)
    if not 1 <= len(kinds) <= MAX_BUTTONS:
        yield Problem(f"{path}.components", f"Must be between 1 and {MAX_BUTTONS} in length.")
    if selects and len(kinds) > 1:
        yield Problem(f"{path}.components", "A select menu fills its row")


def _button_problems(path: str, button: Json) -> Problems:
    style = button.get("style")
    yield from _length(f"{path}.label", button.get("label"), 0, MAX_LABEL)
    if style == LINK_STYLE:
        if not button.get("url"):
            yield Problem(f"{path}.url", "A link button needs a url")
        else:
            yield from url_problems(f"{path}.url", button["url"], _WEB, MAX_BUTTON_URL)
    elif button.get("url"):
        yield Problem(f"{path}.url", "Only a link button has a url")
    if style in (LINK_STYLE, PREMIUM_STYLE):
        if button.get("custom_id"):
            yield Problem(f"{path}.custom_id", "A custom id and url cannot both be specified")
    else:
        yield from _length(f"{path}.custom_id", button.get("custom_id") or "", 1, MAX_CUSTOM_ID)
    if style != PREMIUM_STYLE and not button.get("label") and not button.get("emoji"):
        yield Problem(f"{path}.label", "A button needs a label or an emoji")


def _select_problems(path: str, select: Json) -> Problems:
    yield from _length(f"{path}.custom_id", select.get("custom_id") or "", 1, MAX_CUSTOM_ID)
    yield from _length(f"{path}.placeholder", select.get("placeholder"), 0, 150)
    if select.get("type") != STRING_SELECT:
        return
    options = select.get("options") or []
    if not 1 <= len(options) <= MAX_CHOICES:
        yield Problem(f"{path}.options", f"Must be between 1 and {MAX_CHOICES} in length.")
    for index, option in enumerate(options):
        for key in ("label", "value"):
            yield from _length(f"{path}.options.{index}.{key}", option.get(key) or "", 1, MAX_CHOICE)
        yield from _length(f"{path}.options.{index}.description", option.get("description"), 0, MAX_CHOICE)
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        yield Problem(f"{path}.options", "The specified option value is already used")
    if options and (select.get("max_values") or 1) > len(options):
        yield Problem(f"{path}.max_values", "Can't be larger than the number of options")


def _duplicate_ids(everything: Sequence[tuple[str, Json]]) -> Problems:
    seen: set[str] = set()
    for path, component in everything:
        custom_id = component.get("custom_id")
        if custom_id and custom_id in seen:
            yield Problem(f"{path}.custom_id", f"Component custom id cannot be duplicated: {custom_id}")
        elif custom_id:
            seen.add(custom_id)


def modal_problems(modal: Mapping[str, Any]) -> Problems:
    """What Discord refuses in a modal."""
    yield from unencodable(modal)
    yield from _length("title", modal.get("title") or "", 1, MAX_MODAL_TITLE)
    yield from _length("custom_id", modal.get("custom_id") or "", 1, MAX_CUSTOM_ID)
    components = modal.get("components") or []
    if not 1 <= len(components) <= MAX_MODAL_COMPONENTS:
        yield Problem("components", f"Must be between 1 and {MAX_MODAL_COMPONENTS} in length.")
    everything = list(walk(components))
    for path, component in everything:
        if component.get("type") == LABEL:
            yield from _length(f"{path}.label", component.get("label") or "", 1, 45)
            yield from _length(f"{path}.description", component.get("description"), 0, 100)
        elif component.get("type") == TEXT_INPUT:
            yield from _text_input_problems(path, component, everything)
        elif component.get("type") in SELECTS:
            yield from _select_problems(path, component)
        elif component.get("type") == BUTTON:
            yield Problem(path, "A modal has no buttons of its own")
    yield from _duplicate_ids(everything)


def _text_input_problems(path: str, field: Json, everything: Sequence[tuple[str, Json]]) -> Problems:
    yield from _length(f"{path}.custom_id", field.get("custom_id") or "", 1, MAX_CUSTOM_ID)
    yield from _length(f"{path}.placeholder", field.get("placeholder"), 0, 100)
    shortest, longest = field.get("min_length") or 0, field.get("max_length") or MAX_TEXT_INPUT
    if not 0 <= shortest <= longest <= MAX_TEXT_INPUT:
        yield Problem(f"{path}.max_length", f"0 <= min_length <= max_length <= {MAX_TEXT_INPUT}")
    if field.get("value"):
        yield from _length(f"{path}.value", field["value"], shortest, longest)
    labelled = any(parent.get("component") is field for _, parent in everything)
    if labelled == bool(field.get("label")):
        yield Problem(f"{path}.label", "Needs exactly one label: its own, or that of the component around it")
    yield from _length(f"{path}.label", field.get("label"), 0, 45)


def choices_problems(choices: Sequence[Json]) -> Problems:
    """What Discord refuses in the choices of an autocompletion or of an option."""
    if len(choices) > MAX_CHOICES:
        yield Problem("choices", f"Must be {MAX_CHOICES} or fewer in length.")
    for index, choice in enumerate(choices):
        yield from _length(f"choices.{index}.name", choice.get("name") or "", 1, MAX_CHOICE)
        if isinstance(choice.get("value"), str):
            yield from _length(f"choices.{index}.value", choice["value"], 1, MAX_CHOICE)


def _length(path: str, text: str | None, shortest: int, longest: int) -> Problems:
    if text is not None and not shortest <= len(text) <= longest:
        yield Problem(path, f"Must be between {shortest} and {longest} in length: {len(text)}")
