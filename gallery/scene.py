"""Scenes, and what is to be seen of one when it is over."""

import copy
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from gallery.stage import Offered, Stage
from tests.discord_double import Channel, DiscordDouble, Reply
from tests.discord_double.commands import ATTACHMENT, GROUP, SUBCOMMAND
from tests.discord_double.interactions import COMMAND, COMPONENT, Interaction
from tests.discord_double.rules import Json, walk


class SceneFailedError(Exception):
    """A scene could not be played; `str()` of the error names it and says why."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`name` is also the name of its picture; `play` does what leads to the reply, in a server of its own."""

    name: str
    caption: str
    play: Callable[[Stage], Awaitable[Reply | Offered | Channel]]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """All that can be seen, as Discord's own payloads, copied when the scene was over.

    `who` chose `used` with `options`; `said` is a person's message that the reply is about, `source` the
    bot's message that was answered, or one of whose buttons was clicked. `names` are those of people, roles
    and channels by number.
    """

    scene: Scene
    names: Mapping[str, str]
    who: str = ""
    used: str = ""
    options: tuple[tuple[str, str], ...] = ()
    said: Json | None = None
    source: Json | None = None
    messages: tuple[Json, ...] = ()
    modal: Json | None = None
    offered: Offered | None = None


async def played(scene: Scene, stage: Stage) -> Figure:
    """Raises SceneFailedError where it can't be played, or where there is nothing to see."""
    try:
        seen = await scene.play(stage)
        figure = Figure(scene, _names(stage.double))
        figure = _figure(figure, seen)
    except Exception as error:
        raise SceneFailedError(f"The scene {scene.name!r} failed: {error}") from error
    if not (figure.messages or figure.modal or (figure.offered and figure.offered.choices)):
        raise SceneFailedError(f"The scene {scene.name!r} shows nothing.")
    return figure


def _figure(figure: Figure, seen: Reply | Offered | Channel) -> Figure:
    if isinstance(seen, Offered):
        return replace(figure, offered=seen)
    figure = replace(figure, messages=tuple(copy.deepcopy(message.data) for message in seen.messages))
    return figure if isinstance(seen, Channel) else _of_reply(figure, seen)


def _of_reply(figure: Figure, reply: Reply) -> Figure:
    figure = replace(figure, modal=copy.deepcopy(reply.modal))
    if reply.interaction is not None:
        return _led_by(figure, reply.interaction)
    messages = reply.double.messages
    said = messages[reply.message.answers or 0]
    answered = copy.deepcopy(messages[said.answers].data) if said.answers else None
    return replace(figure, said=copy.deepcopy(said.data), source=answered)


def _led_by(figure: Figure, interaction: Interaction) -> Figure:
    figure = replace(figure, who=interaction.member.name)
    source = copy.deepcopy(interaction.source.data) if interaction.source else None
    data = interaction.data
    if interaction.kind == COMPONENT and source:
        labels = {c.get("custom_id"): c.get("label") for _, c in walk(source["components"])}
        return replace(figure, source=source, used=labels.get(data["custom_id"]) or "")
    if interaction.kind != COMMAND:
        return figure
    if target := (data.get("resolved") or {}).get("messages"):
        return replace(figure, used=data["name"], said=copy.deepcopy(target[data["target_id"]]))
    words = [data["name"]]
    options = data["options"]
    while options and options[0]["type"] in (SUBCOMMAND, GROUP):
        words.append(options[0]["name"])
        options = options[0]["options"]
    filled = tuple((option["name"], value) for option, value in _values(options, data, figure.names))
    return replace(figure, used=f"/{' '.join(words)}", options=filled)


def _values(options: list[Json], data: Json, names: Mapping[str, str]) -> Iterator[tuple[Json, str]]:
    """The options as they stand in the line where one types."""
    for option in options:
        value = str(option["value"])
        if option["type"] == ATTACHMENT:
            yield option, data["resolved"]["attachments"][value]["filename"]
        else:
            yield option, names.get(value, value)


def _names(double: DiscordDouble) -> dict[str, str]:
    names = {str(user.id): user.name for user in double.users()}
    for guild in double.guilds.values():
        names |= {str(channel.id): channel.name for channel in guild.channels}
        names |= {str(role.id): role.name for role in guild.roles}
    return names
