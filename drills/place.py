"""A server of its own for a drill: its channel, its people, and its articles."""

import json
import random
import re
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import ZipFile

from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Reply

MANAGE_MESSAGES, MANAGE_SERVER = 1 << 13, 1 << 5
FAN, MODERATOR, ADMINISTRATOR = "fan", "moderator", "administrator"
PUBLISHER = "Daily Post"


@dataclass
class Place:
    """A server of its own with its channel and people.

    `handle` stands in its articles and in questions, `secret` only in its articles: `texts` by their titles.
    `stored` and `removed` hold the titles of which the bot has confirmed that they are there, or not.
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
    removed: set[str] = field(default_factory=set)

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

    @property
    def nickname(self) -> str:
        return f"Nickname{_letters(self.number)}"

    def article(self, word: str = "Title") -> dict[str, str]:
        """The fields of a new one."""
        mark = f"Mark{_letters(self.number)}{_letters(len(self.texts))}"
        talk = " ".join(_letters(self.chance.randrange(1000)) for _ in range(12))
        text = f"They saw {self.handle} {self.secret} leave beside {mark}, as {talk}."
        self.texts[f"{word} {mark}"] = text
        return {"title": f"{word} {mark}", "publisher": PUBLISHER, "text": text}

    def file(self, *articles: dict[str, str], packed: bool = False) -> Attachment:
        """Of these articles, else of a new one."""
        rows = "\n".join(map(json.dumps, articles or [self.article()])).encode()
        if not packed:
            return Attachment(f"of-{self.number}-.jsonl", rows)
        archive = BytesIO()
        with ZipFile(archive, "w") as filled:
            filled.writestr("rows.jsonl", rows)
        return Attachment(f"of-{self.number}-.zip", archive.getvalue())

    async def add(self) -> tuple[str, int]:
        """Title and number of a new article."""
        fields = self.article()
        reply = await self.moderator.slash(self.channel, "article import", file=self.file(fields))
        self.confirm(reply, fields["title"])
        if not (number := re.search(r"article (\d+)", reply.text)):
            raise AssertionError(f"no article was added: {reply.text}")
        return fields["title"], int(number[1])

    def confirm(self, reply: Reply, *titles: str) -> None:
        """Believe the bot that they are stored, where it says so."""
        if re.search(r"^(Added|Changed|Unchanged) ", reply.text, re.M):
            self.stored.update(titles)


def _letters(number: int) -> str:
    """Three syllables that end no other number's."""
    syllables = ("ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu")
    return "".join(syllables[int(digit)] for digit in f"{number:03}") + "x"


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
