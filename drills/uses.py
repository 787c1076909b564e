"""Every way in which a person can use the bot, each one line of a table; a drill uses them in any order."""

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Message, Reply
from tests.discord_double.interactions import Wait

MANAGE_MESSAGES, MANAGE_SERVER = 1 << 13, 1 << 5
TYPING_S = 1.5
FAN, MODERATOR, ADMINISTRATOR = "fan", "moderator", "administrator"
NOTHING: Wait = "nothing"
QUOTED = "Secret"
OFFERED = r'"value"'


@dataclass
class Place:
    """A server of its own with its channel and people.

    `handle` stands in its articles and in questions, `secret` only in its articles: `texts` by their titles.
    `stored` and `removed` hold what the bot has confirmed, titles and numbers. The first of `answers` has
    every button.
    """

    number: int
    guild: Guild
    channel: Channel
    fan: Member
    moderator: Member
    administrator: Member
    chance: random.Random
    texts: dict[str, str] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)
    answers: list[Reply] = field(default_factory=list)

    def member(self, role: str) -> Member:
        return {FAN: self.fan, MODERATOR: self.moderator, ADMINISTRATOR: self.administrator}[role]

    @property
    def handle(self) -> str:
        return f"Handle{_letters(self.number)}"

    @property
    def secret(self) -> str:
        return f"Secret{_letters(self.number)}"

    @property
    def question(self) -> str:
        return f"where did {self.handle} leave for?"

    def article(self) -> dict[str, str]:
        """The fields of a new one."""
        mark = f"Mark{_letters(self.number)}{_letters(len(self.texts))}"
        talk = " ".join(_letters(self.chance.randrange(1000)) for _ in range(12))
        text = f"They saw {self.handle} {self.secret} leave beside {mark}, as {talk}."
        self.texts[f"Title {mark}"] = text
        return {"title": f"Title {mark}", "text": text}

    def file(self) -> Attachment:
        return Attachment(f"of-{self.number}-.jsonl", json.dumps(self.article()).encode())

    async def add(self) -> tuple[str, int]:
        """Title and number of a new article."""
        file = self.file()
        reply = await self.moderator.slash(self.channel, "article add", file=file)
        self.confirm(reply, (title := json.loads(file.data)["title"]))
        if not (number := re.search(r"article (\d+)", reply.text)):
            raise AssertionError(f"no article was added: {reply.text}")
        return title, int(number[1])

    def confirm(self, reply: Reply, title: str) -> None:
        if "Added 1" in reply.text or "Unchanged 1" in reply.text:
            self.stored.add(title)


def _letters(number: int) -> str:
    """Three syllables that end no other number's."""
    syllables = ("ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu")
    return "".join(syllables[int(digit)] for digit in f"{number:03}") + "x"


def with_import_button(member: Member, channel: Channel) -> Message:
    """A message with the button that comes up where an import takes a quarter of an hour."""
    button = {"type": 2, "style": 2, "label": "How far is it?", "custom_id": "import:report"}
    message = member.says(channel, "an import that takes long")
    message.data["components"] = [{"type": 1, "components": [button]}]
    return message


def make_place(double: DiscordDouble, number: int, seed: int) -> Place:
    guild = double.add_guild(f"Server {number}")
    return Place(
        number,
        guild,
        guild.add_channel("rumours"),
        fan=guild.add_member("fan"),
        moderator=guild.add_member("moderator", permissions=MANAGE_MESSAGES),
        administrator=guild.add_member("administrator", permissions=MANAGE_SERVER),
        chance=random.Random(f"{seed} {number}"),  # noqa: S311
    )


Done = Callable[[Place, Any, Reply], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Use:
    """A use begins with `begin`, which waits for no answer and gets what `prepare` returned.

    `right` is what stands in every right answer; `done` follows once the reply is there.
    """

    name: str
    right: str
    begin: Callable[[Place, Any], Awaitable[Reply | Message]]
    prepare: Callable[[Place], Awaitable[Any]] | None = None
    done: Done | None = None


def _slash(name: str, right: str, /, *, by: str = FAN, done: Done | None = None, **options: Any) -> Use:
    """A command; options that are functions are given the place."""

    async def begin(place: Place, _: Any) -> Reply:
        member = place.member(by)
        filled = {key: value(place) if callable(value) else value for key, value in options.items()}
        return await member.slash(place.channel, name, wait=NOTHING, **filled)

    private = " in private" if options.get("private") is True else ""
    return Use(f"/{name}{private}", right, begin, done=done)


def _typing(name: str, option: str, *, by: str = FAN) -> Use:
    async def begin(place: Place, _: Any) -> Reply:
        member = place.member(by)
        typed = place.handle[:8] if option == "name" else "Title"
        return await member.types(place.channel, name, focused=(option, typed), wait=NOTHING)

    return Use(f"/{name} {option}: while typing", OFFERED, begin)


def _button(label: str, right: str) -> Use:
    async def begin(place: Place, _: Any) -> Reply:
        return await place.answers[0].click(place.fan, label, wait=NOTHING)

    return Use(f"button {label}", right, begin)


def _menu(name: str, right: str, *, by: str = FAN, done: Done | None = None) -> Use:
    async def begin(place: Place, message: Message) -> Reply:
        member = place.member(by)
        return await member.use_on_message(place.channel, name, message, wait=NOTHING)

    async def message(place: Place) -> Message:
        return place.fan.says(place.channel, f"they saw {place.handle} leave for somewhere")

    return Use(f"menu {name}", right, begin, message, done)


async def _mention(place: Place, _: Any) -> Message:
    return place.fan.says(place.channel, f"{place.guild.me.mention_text} {place.question}")


async def _reply(place: Place, answer: Reply) -> Message:
    return place.fan.says(place.channel, "and then?", answering=answer.message)


async def _conversation(place: Place) -> Reply:
    """An answer to a reply to an answer: what was asked first has to be fetched."""
    return await place.fan.reply_to(await place.fan.mention(place.channel, place.question), "and when?")


async def _add_file(place: Place, file: Attachment) -> Reply:
    return await place.moderator.slash(place.channel, "article add", file=file, wait=NOTHING)


async def _file(place: Place) -> Attachment:
    return place.file()


async def _file_added(place: Place, file: Attachment, reply: Reply) -> None:
    place.confirm(reply, json.loads(file.data)["title"])


async def _form(place: Place) -> tuple[Reply, dict[str, str]]:
    return await place.moderator.slash(place.channel, "article add"), place.article()


async def _submit(place: Place, filled: tuple[Reply, dict[str, str]]) -> Reply:
    form, fields = filled
    return await form.submit(place.moderator, fields, wait=NOTHING)


async def _form_added(place: Place, filled: tuple[Reply, dict[str, str]], reply: Reply) -> None:
    place.confirm(reply, filled[1]["title"])


async def _fill_in(place: Place, _: Any, form: Reply) -> None:
    """The form that came up can be handed in."""
    if form.modal is not None:
        await asyncio.sleep(TYPING_S)
        fields = place.article()
        reply = await form.submit(place.moderator, fields)
        place.confirm(reply, fields["title"])


async def _removable(place: Place) -> int:
    """An article that an answer in the channel quotes."""
    title, number = await place.add()
    place.stored.discard(title)  # whether it still is shall depend on whether its removal is confirmed
    place.answers.append(
        await place.fan.slash(place.channel, "ask", question=f"who was seen beside {title.split()[1]}?")
    )
    return number


async def _remove(place: Place, number: int) -> Reply:
    return await place.moderator.slash(place.channel, "article remove", id=str(number), wait=NOTHING)


async def _removed(place: Place, number: int, reply: Reply) -> None:
    if "Removed" in reply.text:
        place.removed.add(number)


async def _number(place: Place) -> int:
    return (await place.add())[1]


async def _show(place: Place, number: int) -> Reply:
    return await place.moderator.slash(place.channel, "article show", id=str(number), wait=NOTHING)


async def _panel(place: Place) -> Reply:
    return await place.administrator.slash(place.channel, "admin setup")


async def _choose(place: Place, panel: Reply) -> Reply:
    return await panel.click(place.administrator, custom_id="setup:keep_questions", wait=NOTHING)


USES = [
    _slash("ask", QUOTED, question=lambda place: place.question),
    _slash("ask", QUOTED, question=lambda place: place.question, private=True),
    _slash("rumour about", QUOTED, name=lambda place: place.handle),
    _slash("rumour about", "No article here mentions", name="Nobodyatall"),
    _slash("rumour latest", QUOTED),
    _slash("help", "/ask question"),
    _slash("privacy show", "I keep"),
    _slash("privacy export", "You added"),
    _slash("privacy forget", "Done"),
    _slash("article list", "Title Mark", by=MODERATOR),
    _slash("article show", "Choose an article", by=MODERATOR, id="none of them"),
    _slash("article add", "Add an article", by=MODERATOR, done=_fill_in),
    _typing("rumour about", "name"),
    _typing("article show", "id", by=MODERATOR),
    _typing("article remove", "id", by=MODERATOR),
    _button("More", QUOTED),
    _button("Prove it", "In their articles"),
    _button("Sources", "Sources"),
    _menu("Check this rumour", QUOTED),
    _menu("Add as article", "Add an article", by=MODERATOR, done=_fill_in),
    Use("a mention", QUOTED, _mention),
    Use("a reply in a conversation", QUOTED, _reply, _conversation),
    Use("/article add with a file", "Added 1", _add_file, _file, _file_added),
    Use("/article add, the form handed in", "Added 1", _submit, _form, _form_added),
    Use("/article show", "Title Mark", _show, _number),
    Use("/article remove", "Removed article", _remove, _removable, _removed),
    _slash("admin setup", "How I behave here", by=ADMINISTRATOR),
    _slash("admin config show", "How I behave here", by=ADMINISTRATOR),
    _slash("admin config set", "How I behave here", by=ADMINISTRATOR, keep_questions=True),
    _slash("admin config reset", "How I behave here", by=ADMINISTRATOR, setting="everything"),
    _slash("admin status", "How I am", by=ADMINISTRATOR),
    _slash("admin export", "All that is this server's", by=ADMINISTRATOR),
    _slash("admin purge", "Delete everything", by=ADMINISTRATOR),
    Use("a button of /admin setup", "How I behave here", _choose, _panel),
]
