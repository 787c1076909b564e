"""Every way in which a person can use the bot, each one line of a table; a drill uses them in any order."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from bot import imports
from drills.anywhere import NOWHERE
from drills.place import ADMINISTRATOR, FAN, MODERATOR, PUBLISHER, Place
from tests.discord_double import Attachment, Channel, Member, Message, Reply
from tests.discord_double.interactions import Wait

TYPING_S = 1.5
NOTHING: Wait = "nothing"
QUOTED = "Secret"
OFFERED = r'"value"'
UNKNOWN = "xylophone colours?"
PREVIEWED, CHANGING = "Accept adds it", "Accept replaces article"
WAITING = "The moderators have your question"
REPORTED = "The moderators have your report"


Prepare = Callable[[Place], Awaitable[Any]]
Done = Callable[[Place, Any, Reply], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Use:
    """A use begins with `begin`, which waits for no answer and gets what `prepare` returned.

    `right` is what stands in every right answer; `done` follows once the reply is there.
    """

    name: str
    right: str
    begin: Callable[[Place, Any], Awaitable[Reply | Message]]
    prepare: Prepare | None = None
    done: Done | None = None


def _slash(
    name: str,
    right: str,
    /,
    *,
    by: str = FAN,
    more: str = "",
    prepare: Prepare | None = None,
    done: Done | None = None,
    **options: Any,
) -> Use:
    """A command; options that are functions are given the place and what was prepared."""

    async def begin(place: Place, prepared: Any) -> Reply:
        filled = {key: value(place, prepared) if callable(value) else value for key, value in options.items()}
        return await place.member(by).slash(place.channel, name, wait=NOTHING, **filled)

    return Use(f"/{name}{more}", right, begin, prepare, done)


def _typing(
    name: str,
    option: str,
    typed: str | Callable[[Place], str],
    *,
    by: str = FAN,
    prepare: Prepare | None = None,
) -> Use:
    async def begin(place: Place, _: Any) -> Reply:
        text = typed if isinstance(typed, str) else typed(place)
        return await place.member(by).types(place.channel, name, focused=(option, text), wait=NOTHING)

    return Use(f"/{name} {option}: while typing", OFFERED, begin, prepare)


def _button(
    label: str,
    right: str,
    prepare: Prepare,
    *,
    by: str = FAN,
    more: str = "",
    done: Done | None = None,
) -> Use:
    """A click on a button of the reply that `prepare` gives, or of the first of a tuple that it gives."""

    async def begin(place: Place, prepared: Any) -> Reply:
        shown: Reply = prepared[0] if isinstance(prepared, tuple) else prepared
        return await shown.click(place.member(by), label, wait=NOTHING)

    return Use(f"button {label}{more}", right, begin, prepare, done)


def _form(name: str, right: str, prepare: Prepare, *, by: str = MODERATOR, done: Done | None = None) -> Use:
    """A form with its fields is handed in: what `prepare` gives."""

    async def begin(place: Place, prepared: Any) -> Reply:
        form, fields, *_ = prepared
        reply: Reply = await form.submit(place.member(by), fields, wait=NOTHING)
        return reply

    return Use(f"{name}, the form handed in", right, begin, prepare, done)


def _menu(name: str, right: str, *, by: str = FAN) -> Use:
    async def begin(place: Place, message: Message) -> Reply:
        return await place.member(by).use_on_message(place.channel, name, message, wait=NOTHING)

    async def message(place: Place) -> Message:
        return place.fan.says(place.channel, f"they saw {place.handle} leave for somewhere")

    return Use(f"menu {name}", right, begin, message)


def with_import_button(member: Member, channel: Channel) -> Message:
    """A message with the button that comes up where an import takes a quarter of an hour."""
    button = {"type": 2, "style": 2, "label": "How far is it?", "custom_id": "import:report"}
    message = member.says(channel, "an import that takes long")
    message.data["components"] = [{"type": 1, "components": [button]}]
    return message


async def import_out_of_sight(member: Member, channel: Channel, file: Attachment) -> Reply:
    """What the button tells of an import that was done when its own answer could change no longer."""
    with patch.object(imports, "EDITABLE_S", 0.0):
        reply = await member.slash(channel, "article import", file=file, wait="acknowledgement")
        await reply.until(lambda reply: reply.buttons == ["How far is it?"])
    told = await reply.click(member, "How far is it?")
    while "read so far" in told.text:
        told = await reply.click(member, "How far is it?")
    return told


# Questions and their answers


async def _answer(place: Place) -> Reply:
    return await place.fan.slash(place.channel, "ask", question=place.question)


async def _mention(place: Place, _: Any) -> Message:
    return place.fan.says(place.channel, f"{place.guild.me.mention_text} {place.question}")


async def _reply(place: Place, answer: Reply) -> Message:
    return place.fan.says(place.channel, "and then?", answering=answer.message)


async def _conversation(place: Place) -> Reply:
    """An answer to a reply to an answer: what was asked first has to be fetched."""
    return await place.fan.reply_to(await place.fan.mention(place.channel, place.question), "and when?")


async def _asked_with_questions_kept(place: Place) -> None:
    await place.administrator.slash(place.channel, "admin config set", keep_questions=True)
    await _answer(place)


async def _asked_whether_right(place: Place) -> Reply:
    return await (await _answer(place)).click(place.fan, "Was this right?")


async def _nothing_found(place: Place) -> Reply:
    return await place.fan.slash(place.channel, "ask", question=UNKNOWN)


async def _report_form(place: Place) -> tuple[Reply, dict[str, str]]:
    await _empty_queue(place)
    return await (await _answer(place)).click(place.fan, "Report"), {"words": "it is wrong"}


async def _reported(place: Place) -> str:
    """The number of a report in the queue."""
    form, fields = await _report_form(place)
    await form.submit(place.fan, fields)
    return (await _waiting(place))[0]


async def _waiting(place: Place) -> list[str]:
    listed = await place.moderator.slash(place.channel, "queue list")
    return re.findall(r"^`(\d+)`", listed.text, re.M)


async def _empty_queue(place: Place) -> None:
    """Only so much of a member may wait."""
    for number in await _waiting(place):
        await place.moderator.slash(place.channel, "queue done", id=number)


async def _nicknamed(place: Place) -> None:
    await place.moderator.slash(place.channel, "alias add", alias=place.nickname, name=place.handle)


async def _no_feeds(place: Place) -> None:
    """A server follows a feed only once."""
    listed = await place.moderator.slash(place.channel, "feed list")
    for number in re.findall(r"^`(\d+)`", listed.text, re.M):
        await place.moderator.slash(place.channel, "feed remove", feed=number)


async def _fed(place: Place) -> str:
    """The number of a new feed."""
    await _no_feeds(place)
    added = await place.moderator.slash(place.channel, "feed add", url=_address(place, None))
    [number] = re.findall(r"Feed (\d+) added", added.text)
    return str(number)


def _address(place: Place, _: Any) -> str:
    return f"https://feeds.example/{place.handle}"


def _its_number(_: Place, number: str) -> str:
    return number


# Articles


async def _form_of_add(place: Place) -> tuple[Reply, dict[str, str]]:
    return await place.moderator.slash(place.channel, "article add"), place.article()


async def _preview(place: Place) -> tuple[Reply, str]:
    """Of a new article, and its title."""
    fields = place.article()
    reply = await place.moderator.slash(place.channel, "article add", file=place.file(fields))
    return reply, fields["title"]


async def _form_of_preview(place: Place) -> tuple[Reply, dict[str, str]]:
    preview, _ = await _preview(place)
    return await preview.click(place.moderator, "Edit"), place.article("Edited")


async def _new_article(place: Place) -> tuple[str, int]:
    """Whether its title still is there shall depend on whether a change of it is confirmed."""
    title, number = await place.add()
    place.stored.discard(title)
    return title, number


async def _form_of_edit(place: Place) -> tuple[Reply, dict[str, str], str]:
    """Of an article, with what to write over it, and its title."""
    title, number = await _new_article(place)
    form = await place.moderator.slash(place.channel, "article edit", id=str(number))
    return form, place.article("Edited"), title


async def _quoted(place: Place) -> tuple[str, int]:
    """An article that an answer in the channel quotes."""
    title, number = await _new_article(place)
    await place.fan.slash(place.channel, "ask", question=f"who was seen beside {title.split()[1]}?")
    return title, number


async def _removed(place: Place) -> tuple[str, int]:
    title, number = await _new_article(place)
    await place.moderator.slash(place.channel, "article remove", id=str(number))
    return title, number


async def _imported(place: Place) -> Reply:
    message = with_import_button(place.moderator, place.channel)
    return Reply(place.guild.double, answer=message)


async def _files(place: Place, *, packed: bool) -> tuple[Attachment, list[str]]:
    articles = [place.article(), place.article()]
    return place.file(*articles, packed=packed), [article["title"] for article in articles]


async def _rows(place: Place) -> tuple[Attachment, list[str]]:
    return await _files(place, packed=False)


async def _archive(place: Place) -> tuple[Attachment, list[str]]:
    return await _files(place, packed=True)


async def _all_stored(place: Place, handed_in: tuple[Attachment, list[str]], reply: Reply) -> None:
    place.confirm(reply, *handed_in[1])


async def _accepted(place: Place, shown: tuple[Reply, str], reply: Reply) -> None:
    place.confirm(reply, shown[1])


async def _cancelled(place: Place, shown: tuple[Reply, str], reply: Reply) -> None:
    if "Cancelled" in reply.text:
        place.removed.add(shown[1])


async def _fill_in(place: Place, _: Any, form: Reply) -> None:
    """The form that came up can be handed in."""
    if form.modal is not None:
        await asyncio.sleep(TYPING_S)
        fields = place.article()
        await _accept(place, await form.submit(place.moderator, fields), fields["title"])


async def _fill_in_over(place: Place, article: tuple[str, int], form: Reply) -> None:
    """As _fill_in, over an article that goes with that."""
    if form.modal is not None:
        await asyncio.sleep(TYPING_S)
        fields = place.article("Edited")
        await _change(place, (form, fields, article[0]), await form.submit(place.moderator, fields))


async def _accept(place: Place, preview: Reply, title: str) -> None:
    if "Accept" in preview.buttons:
        place.confirm(await preview.click(place.moderator, "Accept"), title)


async def _accept_form(place: Place, filled: tuple[Reply, dict[str, str]], preview: Reply) -> None:
    await _accept(place, preview, filled[1]["title"])


async def _change(place: Place, filled: tuple[Reply, dict[str, str], str], preview: Reply) -> None:
    """Accept a preview of another text under another title."""
    _, fields, before = filled
    await _accept(place, preview, fields["title"])
    if fields["title"] in place.stored:
        place.removed.add(before)


async def _gone(place: Place, article: tuple[str, int], reply: Reply) -> None:
    if "Removed article" in reply.text:
        place.removed.add(article[0])


async def _back(place: Place, article: tuple[str, int], reply: Reply) -> None:
    if "Restored article" in reply.text:
        place.stored.add(article[0])


def _number(_: Place, article: tuple[str, int]) -> str:
    return str(article[1])


# Settings


async def _panel(place: Place) -> Reply:
    return await place.administrator.slash(place.channel, "admin setup")


async def _choose(place: Place, panel: Reply) -> Reply:
    return await panel.click(place.administrator, custom_id="setup:keep_questions", wait=NOTHING)


async def _pick(place: Place, panel: Reply) -> Reply:
    return await panel.pick(place.administrator, "setup:channels", place.channel, wait=NOTHING)


async def _form_of_purge(place: Place) -> tuple[Reply, dict[str, str]]:
    """With another server's name."""
    form = await place.administrator.slash(place.channel, "admin purge")
    return form, {"name": f"not {place.guild.name}"}


def _question(place: Place, _: Any) -> str:
    return place.question


def _handle(place: Place, _: Any) -> str:
    return place.handle


def _nickname(place: Place, _: Any) -> str:
    return place.nickname


def _beginning(place: Place) -> str:
    return place.handle[:8]


USES = [
    _slash("ask", QUOTED, question=_question),
    _slash("ask", QUOTED, more=" in private", question=_question, private=True),
    _slash("ask", QUOTED, more=" with a club", question=_question, club=_handle),
    _slash("rumour about", QUOTED, name=_handle),
    _slash("rumour about", "No article here mentions", more=" with nobody known", name="Nobodyatall"),
    _slash("rumour latest", QUOTED),
    _slash("rumour changes", "New since you asked", prepare=_asked_with_questions_kept),
    _slash("source list", PUBLISHER),
    _slash("source show", "Mark", name=PUBLISHER),
    _slash("help", "/ask question"),
    _slash("privacy show", "I keep"),
    _slash("privacy export", "Here is what I keep"),
    _slash("privacy forget", "Done"),
    _typing("ask", "club", _beginning),
    _typing("rumour about", "name", _beginning),
    _typing("source show", "name", PUBLISHER[:3]),
    _button("More", QUOTED, _answer),
    _button("Prove it", "In their articles", _answer),
    _button("Sources", "Sources", _answer),
    _button("Was this right?", "Was this right", _answer),
    _button("Yes", "Noted: it was right", _asked_whether_right),
    _button("No", "Noted: it was not right", _asked_whether_right),
    _button("Report", "Report this answer", _answer),
    _form("button Report", REPORTED, _report_form, by=FAN),
    _button("Send to moderators", WAITING, _nothing_found),
    _menu("Check this rumour", QUOTED),
    Use("a mention", QUOTED, _mention),
    Use("a reply in a conversation", QUOTED, _reply, _conversation),
    _slash("article list", "Mark", by=MODERATOR),
    _slash("article show", "Title Mark", by=MODERATOR, prepare=_new_article, id=_number),
    _slash("article show", "Choose an article", more=" with none", by=MODERATOR, id="none of them"),
    _slash("article add", "Add an article", by=MODERATOR, done=_fill_in),
    _form("/article add", PREVIEWED, _form_of_add, done=_accept_form),
    _slash("article add", PREVIEWED, more=" with a file", by=MODERATOR, file=lambda place, _: place.file()),
    _slash("article add", PREVIEWED, more=" with a link", by=MODERATOR, url=_address),
    _slash("article add", "Press Edit to paste", more=" with a link in vain", by=MODERATOR, url=NOWHERE),
    _menu("Add as article", PREVIEWED, by=MODERATOR),
    _button("Accept", "Added 1", _preview, by=MODERATOR, done=_accepted),
    _button("Edit", "Add an article", _preview, by=MODERATOR, done=_fill_in),
    _form("button Edit", "Edited Mark", _form_of_preview, done=_accept_form),
    _button("Cancel", "Cancelled", _preview, by=MODERATOR, done=_cancelled),
    _slash(
        "article edit", "Edit article", by=MODERATOR, prepare=_new_article, done=_fill_in_over, id=_number
    ),
    _form("/article edit", CHANGING, _form_of_edit, done=_change),
    _slash(
        "article edit",
        CHANGING,
        more=" with a file",
        by=MODERATOR,
        prepare=_new_article,
        id=_number,
        file=lambda place, _: place.file(),
    ),
    _slash(
        "article import",
        "Added 2",
        by=MODERATOR,
        prepare=_rows,
        done=_all_stored,
        file=lambda _, handed_in: handed_in[0],
    ),
    _slash(
        "article import",
        "Added 2",
        more=" with an archive",
        by=MODERATOR,
        prepare=_archive,
        done=_all_stored,
        file=lambda _, handed_in: handed_in[0],
    ),
    _button("How far is it?", "Added 1", _imported, by=MODERATOR),
    _slash("article remove", "Removed article", by=MODERATOR, prepare=_quoted, done=_gone, id=_number),
    _slash("article restore", "Restored article", by=MODERATOR, prepare=_removed, done=_back, id=_number),
    _slash("audit", "Title Mark", by=MODERATOR),
    _typing("article show", "id", "Title", by=MODERATOR),
    _typing("article edit", "id", "Title", by=MODERATOR),
    _typing("article remove", "id", "Title", by=MODERATOR),
    _typing("article restore", "id", "Title", by=MODERATOR, prepare=_removed),
    _slash("queue list", "Reported", by=MODERATOR, prepare=_reported),
    _slash("queue done", "Done: ", by=MODERATOR, prepare=_reported, id=lambda _, number: number),
    _typing("queue done", "id", "wrong", by=MODERATOR, prepare=_reported),
    _slash("alias add", "Nickname added", by=MODERATOR, alias=_nickname, name=_handle),
    _slash("alias list", "Nickname", by=MODERATOR, prepare=_nicknamed),
    _slash("alias remove", "Nickname removed", by=MODERATOR, prepare=_nicknamed, alias=_nickname),
    _typing("alias add", "name", _beginning, by=MODERATOR),
    _typing("alias remove", "alias", "Nick", by=MODERATOR, prepare=_nicknamed),
    _slash("feed add", "0 entries", by=MODERATOR, prepare=_no_feeds, url=_address),
    _slash("feed test", "0 entries", by=MODERATOR, url=_address),
    _slash("feed list", "checked", by=MODERATOR, prepare=_fed),
    _slash("feed pause", "Feed paused", by=MODERATOR, prepare=_fed, feed=_its_number),
    _slash("feed resume", "Feed resumed", by=MODERATOR, prepare=_fed, feed=_its_number),
    _slash("feed remove", "Feed removed", by=MODERATOR, prepare=_fed, feed=_its_number),
    _typing("feed pause", "feed", "example", by=MODERATOR, prepare=_fed),
    _typing("feed resume", "feed", "example", by=MODERATOR, prepare=_fed),
    _typing("feed remove", "feed", "example", by=MODERATOR, prepare=_fed),
    _slash("admin setup", "How I behave here", by=ADMINISTRATOR),
    _slash("admin config show", "How I behave here", by=ADMINISTRATOR),
    _slash("admin config set", "How I behave here", by=ADMINISTRATOR, keep_questions=True),
    _slash("admin config reset", "How I behave here", by=ADMINISTRATOR, setting="everything"),
    _slash("admin status", "How I am", by=ADMINISTRATOR),
    _slash("admin export", "All that is this server's", by=ADMINISTRATOR),
    _slash("admin purge", "Delete everything", by=ADMINISTRATOR),
    _form("/admin purge", "Nothing was deleted", _form_of_purge, by=ADMINISTRATOR),
    Use("a button of /admin setup", "How I behave here", _choose, _panel),
    Use("a menu of /admin setup", "How I behave here", _pick, _panel),
]
