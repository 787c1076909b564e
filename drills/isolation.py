"""Many servers in one bot, used at random in every way there is: no server ever sees a word of another's.

Each server's articles hold a handle, which people of other servers type too, and a secret beside it, which
only its own people may ever be shown.
"""

# ruff: noqa: ARG002 - all operations are called alike

import copy
import io
import json
import random
import re
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config, DataSection, LimitsSection
from corpus.store import Store
from corpus.types import GuildSettings
from drills.anywhere import CONTACT, open_anywhere
from drills.outcome import Outcome
from drills.patience import patience
from drills.uses import import_out_of_sight, with_import_button
from index.engine import Engine, open_engine
from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Reply, click
from tests.encoders import WordEncoder

LIMITS = LimitsSection(member_questions=1000, server_questions=1000, server_questions_a_day=1_000_000)
MANAGE_MESSAGES, MANAGE_SERVER = 1 << 13, 1 << 5
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu")
MOST_ARTICLES = 12
SELDOM = 0.1
OWN = "replies that show the server's own words"


@dataclass
class Server:
    number: int
    guild: Guild
    channel: Channel
    log: Channel
    fan: Member
    moderator: Member
    administrator: Member
    articles: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)
    previews: list[Reply] = field(default_factory=list)

    @property
    def handle(self) -> str:
        return _word("Han", self.number)

    @property
    def nickname(self) -> str:
        return _word("Nic", self.number)

    @property
    def known_to_all(self) -> str:
        """What stands in its articles, and what people of other servers type too."""
        return f"Everybody at {self.handle} says so since the match in the rain on Tuesday."

    @property
    def secret(self) -> str:
        return _word("Sec", self.number)


def _word(start: str, number: int) -> str:
    """A capitalised word that stands in no other: the syllables are as many for each number."""
    first, second = divmod(number, len(SYLLABLES))
    return f"{start}{SYLLABLES[first % len(SYLLABLES)]}{SYLLABLES[second]}x"


async def drill(
    directory: Path, servers: int, operations: int, seed: int, told: Callable[[int], None]
) -> Outcome:
    outcome = Outcome("isolation of servers")
    async with DiscordDouble() as double:
        config = Config(data=DataSection(directory=directory), limits=LIMITS, web=CONTACT)
        async with open_services(config, _load, open_anywhere) as services:
            await services.load()
            client = Rumourmill(services)
            async with double.running(client), patience(double):
                chance = random.Random(seed)  # noqa: S311
                everyone = [_server(double, n) for n in range(servers)]
                for server in everyone:
                    await client.settings.change(server.guild.id, keep_questions)
                drill = _Isolation(everyone, chance, outcome)
                for done in range(1, operations + 1):
                    await drill.operate()
                    told(done)
                drill.look_everywhere()
        outcome.faults += [f"Discord was sent something wrong: {error}" for error in double.errors]
    return outcome


async def _load(config: Config, store: Store) -> Engine:
    return await open_engine(store, WordEncoder(), config.data.directory)


def _server(double: DiscordDouble, number: int) -> Server:
    guild = double.add_guild(f"Server {number}")
    channel = guild.add_channel("rumours")
    return Server(
        number,
        guild,
        channel,
        log=guild.add_channel("log"),
        fan=guild.add_member("fan"),
        moderator=guild.add_member("moderator", permissions=MANAGE_MESSAGES),
        administrator=guild.add_member("administrator", permissions=MANAGE_SERVER),
    )


class _Isolation:
    def __init__(self, servers: list[Server], chance: random.Random, outcome: Outcome) -> None:
        self._servers = servers
        self._chance = chance
        self._outcome = outcome
        self._operations: list[Callable[[Server, Server], Awaitable[Reply | None]]] = [
            self._import,
            self._imported,
            self._preview,
            self._press,
            self._press,
            self._edit,
            self._remove,
            self._restore,
            self._audit,
            self._own_data,
            self._ask,
            self._mention,
            self._follow,
            self._check,
            self._about,
            self._latest,
            self._changes,
            self._publishers,
            self._publisher,
            self._list,
            self._show,
            self._offer,
            self._click,
            self._forge,
            self._administer,
            self._export,
            self._purge,
            self._judge,
            self._report,
            self._send,
            self._queue,
            self._alias,
            self._feed,
            self._privacy,
            self._help,
        ]

    async def operate(self) -> None:
        """Do something in a server, most often with what belongs to another in mind."""
        here, there = self._chance.sample(self._servers, 2)
        if self._chance.random() < 0.3:
            there = here
        operation = self._chance.choice(self._operations)
        name = operation.__name__.removeprefix("_")
        reply = await operation(here, there)
        self._outcome.counts[name] += 1
        if reply is not None:
            self._look(here, _all_of(reply), name)

    def look_everywhere(self) -> None:
        """All messages as they stand in the end, changed since or not."""
        for server in self._servers:
            for message in (*server.channel.messages, *server.log.messages):
                self._look(server, json.dumps(message.data, ensure_ascii=False), "in the end")

    def _look(self, here: Server, text: str, what: str) -> None:
        self._outcome.counts[OWN] += here.secret in text
        for other in self._servers:
            if other is not here and other.secret.lower() in text.lower():
                self._outcome.faults.append(f"{what}: server {here.number} sees {other.secret}: {text[:200]}")

    async def _import(self, here: Server, there: Server) -> Reply | None:
        if len(here.articles) >= MOST_ARTICLES:
            return None
        number = self._chance.randrange(10**6)
        row = {
            "id": f"a{number}" if self._chance.random() < 0.5 else f"a{self._chance.randrange(3)}",
            "title": f"{here.handle} {here.secret} {number}",
            "publisher": f"{here.secret} Post",
            "url": f"https://{here.secret.lower()}.example/{number}",
            "text": f"They saw {here.handle} {here.secret} leave for {number}. The fee is {here.secret}. "
            f"{here.known_to_all}",
        }
        name, data = "rows.jsonl", json.dumps(row).encode()
        if self._chance.random() < 0.3:
            name, data = "rows.zip", _packed(name, data)
        file = Attachment(name, data)
        if self._chance.random() < 0.3:
            reply = await import_out_of_sight(here.moderator, here.channel, file)
        else:
            reply = await here.moderator.slash(here.channel, "article import", file=file)
        self._note(here, reply)
        return reply

    async def _imported(self, here: Server, there: Server) -> Reply:
        """What came of the latest import that was done out of sight."""
        message = with_import_button(here.moderator, here.channel)
        return await click(here.moderator, message, "How far is it?")

    async def _preview(self, here: Server, there: Server) -> Reply:
        """Of what stands in articles of another server, which are then no near-duplicates."""
        title, text = f"About {there.handle}", f"{there.known_to_all} Or {self._chance.randrange(3)} of them."
        how = self._chance.choice(["form", "file", "menu", "link"])
        if how == "form":
            form = await here.moderator.slash(here.channel, "article add")
            reply = await form.submit(here.moderator, {"title": title, "text": text})
        elif how == "file":
            file = Attachment("row.jsonl", json.dumps({"title": title, "text": text}).encode())
            reply = await here.moderator.slash(here.channel, "article add", file=file)
        elif how == "link":
            url = f"https://pages.example/{quote(title)}"
            reply = await here.moderator.slash(here.channel, "article add", url=url)
        else:
            message = here.fan.says(here.channel, f"{title}\n{text}")
            reply = await here.moderator.use_on_message(here.channel, "Add as article", message)
        here.previews.append(reply)
        return reply

    async def _press(self, here: Server, there: Server) -> Reply | None:
        """A button of a preview, which may name another draft, perhaps another server's."""
        shown = [preview for preview in here.previews[-5:] if preview.buttons]
        if not shown:
            return None
        message = copy.copy(self._chance.choice(shown).message)
        if self._chance.random() < 0.5:
            known = sum(len(server.previews) for server in self._servers)
            number = self._chance.randrange(1, known + 2)
            forged = re.sub(r"draft:(\w+):\d+", rf"draft:\1:{number}", json.dumps(message.data))
            message.data = json.loads(forged)
        label = self._chance.choice(message.buttons)
        reply = await click(here.moderator, message, label, wait="acknowledgement")
        await reply.until(_is_told)
        if reply.modal is not None:
            self._look(here, _all_of(reply), "the form of a draft")
            reply = await reply.submit(here.moderator, {}, wait="acknowledgement")
            await reply.until(_is_told)
        self._note(here, reply)
        return reply

    def _note(self, here: Server, reply: Reply) -> None:
        """The numbers of the server's own articles, as far as a reply tells them."""
        told = re.findall(r"^(?:Added|Changed|Unchanged) .*", reply.text, re.M)
        stored = {int(number) for line in told for number in re.findall(r"article (\d+)", line)}
        here.articles += sorted(stored.difference(here.articles))

    async def _edit(self, here: Server, there: Server) -> Reply | None:
        if not there.articles:
            return None
        number = str(self._chance.choice(there.articles))
        options: dict[str, Any] = {}
        if self._chance.random() < 0.3:
            row = {"title": f"Edited {here.handle}", "text": here.known_to_all}
            options = {"file": Attachment("row.jsonl", json.dumps(row).encode())}
        reply = await here.moderator.slash(here.channel, "article edit", id=number, **options)
        if reply.modal is None:
            here.previews.append(reply)
            return reply
        self._look(here, _all_of(reply), "the form of an article")
        preview = await reply.submit(here.moderator, {"title": f"Edited {here.handle}"})
        here.previews.append(preview)
        return preview

    async def _restore(self, here: Server, there: Server) -> Reply | None:
        if not there.removed:
            return None
        article = self._chance.choice(there.removed)
        reply = await here.moderator.slash(here.channel, "article restore", id=str(article))
        if "Restored" in reply.text and here is not there:
            self._outcome.faults.append(f"server {here.number} restored article {article} of {there.number}")
        elif "Restored" in reply.text:
            there.removed.remove(article)
            there.articles.append(article)
        return reply

    async def _audit(self, here: Server, there: Server) -> Reply:
        return await here.moderator.slash(here.channel, "audit", page=self._chance.randrange(1, 4))

    async def _own_data(self, here: Server, there: Server) -> Reply:
        return await here.moderator.slash(here.channel, "privacy export")

    async def _remove(self, here: Server, there: Server) -> Reply | None:
        if not there.articles:
            return None
        article = self._chance.choice(there.articles)
        reply = await here.moderator.slash(here.channel, "article remove", id=str(article))
        if here is there and "Removed" in reply.text:
            there.articles.remove(article)
            there.removed.append(article)
        elif "Removed" in reply.text:
            self._outcome.faults.append(f"server {here.number} removed article {article} of {there.number}")
        return reply

    async def _ask(self, here: Server, there: Server) -> Reply:
        private = self._chance.random() < 0.3
        called = self._chance.choice([there.handle, there.nickname])
        question = f"where did {called} leave for"
        club: dict[str, Any] = {"club": there.handle} if self._chance.random() < 0.3 else {}
        reply = await here.fan.slash(here.channel, "ask", question=question, private=private, **club)
        here.answers.append(reply)
        return reply

    async def _mention(self, here: Server, there: Server) -> Reply:
        reply = await here.fan.mention(here.channel, f"what is the fee for {there.handle}?")
        here.answers.append(reply)
        return reply

    async def _follow(self, here: Server, there: Server) -> Reply | None:
        """A reply to an answer that all can see."""
        shown = [answer for answer in here.answers[-5:] if answer.messages and not answer.ephemeral]
        if not shown:
            return None
        reply = await here.fan.reply_to(self._chance.choice(shown), f"and {there.handle}?")
        here.answers.append(reply)
        return reply

    async def _check(self, here: Server, there: Server) -> Reply:
        message = here.fan.says(here.channel, f"they saw {there.handle} leave")
        return await here.fan.use_on_message(here.channel, "Check this rumour", message)

    async def _about(self, here: Server, there: Server) -> Reply:
        return await here.fan.slash(here.channel, "rumour about", name=there.handle)

    async def _latest(self, here: Server, there: Server) -> Reply:
        reply = await here.fan.slash(here.channel, "rumour latest")
        here.answers.append(reply)
        return reply

    async def _changes(self, here: Server, there: Server) -> Reply:
        return await here.fan.slash(here.channel, "rumour changes")

    async def _publishers(self, here: Server, there: Server) -> Reply:
        return await here.fan.slash(here.channel, "source list")

    async def _publisher(self, here: Server, there: Server) -> Reply:
        name = self._chance.choice([f"{there.handle} Post", f"{here.secret} Post", "Sec"])
        return await here.fan.slash(here.channel, "source show", name=name)

    async def _list(self, here: Server, there: Server) -> Reply:
        matching = self._chance.choice([there.handle, "leave", "1"])
        return await here.moderator.slash(here.channel, "article list", matching=matching)

    async def _show(self, here: Server, there: Server) -> Reply | None:
        if not there.articles:
            return None
        number = str(self._chance.choice(there.articles))
        return await here.moderator.slash(here.channel, "article show", id=number)

    async def _offer(self, here: Server, there: Server) -> None:
        typed = self._chance.choice(["", there.handle, there.handle[:4], "Sec", there.nickname])
        for who, command, option in (
            (here.fan, "rumour about", "name"),
            (here.fan, "ask", "club"),
            (here.fan, "source show", "name"),
            (here.moderator, "article show", "id"),
            (here.moderator, "article edit", "id"),
            (here.moderator, "article remove", "id"),
            (here.moderator, "queue done", "id"),
            (here.moderator, "alias add", "name"),
            (here.moderator, "alias remove", "alias"),
            (here.moderator, "article restore", "id"),
            (here.moderator, "feed pause", "feed"),
            (here.moderator, "feed resume", "feed"),
            (here.moderator, "feed remove", "feed"),
        ):
            choices = await who.autocomplete(here.channel, command, focused=(option, typed))
            self._look(here, json.dumps(choices), f"offered by {command}")

    async def _click(self, here: Server, there: Server) -> Reply | None:
        """A button of an answer of this server, by its own fan."""
        buttons = [(answer, label) for answer in here.answers[-5:] for label in answer.buttons]
        if not buttons:
            return None
        answer, label = self._chance.choice(buttons)
        return await answer.click(here.fan, label)

    async def _forge(self, here: Server, there: Server) -> Reply | None:
        """A click on an answer's button that names another answer, perhaps another server's."""
        shown = [answer.message for answer in here.answers if answer.buttons]
        if not shown:
            return None
        message = copy.copy(self._chance.choice(shown))
        known = sum(len(server.answers) for server in self._servers)
        number = self._chance.randrange(1, known + 2)
        forged = re.sub(
            r'"(more|prove|sources|right):\d+',
            lambda found: f'"{found[1]}:{number}',
            json.dumps(message.data),
        )
        message.data = json.loads(forged)
        return await click(here.fan, message, self._chance.choice(message.buttons))

    async def _judge(self, here: Server, there: Server) -> Reply | None:
        answer = self._with_button(here, "Was this right?")
        if answer is None:
            return None
        asked = await answer.click(here.fan, "Was this right?")
        if not asked.buttons:
            return asked  # the answer went with a purge
        return await asked.click(here.fan, self._chance.choice(["Yes", "No"]))

    async def _report(self, here: Server, there: Server) -> Reply | None:
        answer = self._with_button(here, "Report")
        if answer is None:
            return None
        form = await answer.click(here.fan, "Report")
        return await form.submit(here.fan, words=f"{here.secret} is wrong")

    async def _send(self, here: Server, there: Server) -> Reply | None:
        answer = self._with_button(here, "Send to moderators")
        return await answer.click(here.fan, "Send to moderators") if answer else None

    def _with_button(self, here: Server, label: str) -> Reply | None:
        answers = [answer for answer in here.answers[-9:] if label in answer.buttons]
        return self._chance.choice(answers) if answers else None

    async def _queue(self, here: Server, there: Server) -> Reply:
        if self._chance.random() < 0.7:
            return await here.moderator.slash(here.channel, "queue list")
        number = str(self._chance.randrange(1, 20))
        return await here.moderator.slash(here.channel, "queue done", id=number)

    async def _alias(self, here: Server, there: Server) -> Reply:
        command = self._chance.choice(["add", "add", "list", "remove"])
        options: dict[str, dict[str, Any]] = {
            "add": {"alias": here.nickname, "name": here.secret},
            "list": {},
            "remove": {"alias": there.nickname},
        }
        return await here.moderator.slash(here.channel, f"alias {command}", **options[command])

    async def _feed(self, here: Server, there: Server) -> Reply:
        command = self._chance.choice(["add", "test", "list", "list", "pause", "resume", "remove"])
        if command in ("add", "test"):
            url = f"https://feeds.example/{here.secret}"
            return await here.moderator.slash(here.channel, f"feed {command}", url=url, words=here.secret)
        if command == "list":
            return await here.moderator.slash(here.channel, "feed list")
        number = str(self._chance.randrange(1, 40))
        return await here.moderator.slash(here.channel, f"feed {command}", feed=number)

    async def _privacy(self, here: Server, there: Server) -> Reply:
        command = self._chance.choice(["show", "export", "export", "forget"])
        return await here.fan.slash(here.channel, f"privacy {command}")

    async def _administer(self, here: Server, there: Server) -> Reply:
        command = self._chance.choice(["setup", "config show", "status", "config reset", "config set"])
        options: dict[str, Any] = {}
        if command == "config reset":
            options = {"setting": "everything"}
        elif command == "config set":
            options = {"log_channel": here.log, "keep_questions": self._chance.random() < 0.5}
        return await here.administrator.slash(here.channel, f"admin {command}", **options)

    async def _export(self, here: Server, there: Server) -> Reply:
        return await here.administrator.slash(here.channel, "admin export")

    async def _purge(self, here: Server, there: Server) -> Reply | None:
        """Seldom, lest too little be left to see."""
        if self._chance.random() > SELDOM:
            return None
        form = await here.administrator.slash(here.channel, "admin purge")
        reply = await form.submit(here.administrator, name=here.guild.name)
        here.articles.clear()
        here.removed.clear()
        return reply

    async def _help(self, here: Server, there: Server) -> Reply:
        return await here.fan.slash(here.channel, "help")


def _is_told(reply: Reply) -> bool:
    """Whether there is something to see: changed in place, sent after it, or a form."""
    interaction = reply.interaction
    return interaction is not None and interaction.answered


def keep_questions(_: GuildSettings) -> GuildSettings:
    return GuildSettings(keep_questions=True)


def _all_of(reply: Reply) -> str:
    """Everything that came back, whatever form it has."""
    messages = [message.data for message in reply.messages]
    data = [data for message in reply.messages for data in message.files.values()]
    files = [part.decode(errors="replace") for whole in data for part in _unpacked(whole)]
    return json.dumps([messages, reply.modal, files], ensure_ascii=False)


def _packed(name: str, data: bytes) -> bytes:
    """An archive with that one file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, data)
    return packed.getvalue()


def _unpacked(data: bytes) -> list[bytes]:
    """The files within an archive, or the one that is none."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return [data]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]
