"""That every scene plays, and that the page shows what the bot replied; with a quick encoder."""

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from discord import app_commands

from bot.client import BUTTONS
from gallery import __main__ as command
from gallery.page import Shown, alone, page
from gallery.scene import Figure, Scene, SceneFailedError, Section, played
from gallery.scenes import SECTIONS
from gallery.stage import Offered, Stage, open_theatre
from index import choose
from scripts.catalogues import all_commands
from tests.bot.conftest import load_word_engine
from tests.candidates import scores
from tests.discord_double import Reply
from tests.discord_double.rules import walk
from tests.gallery.test_markdown import Seen

ROOT = Path(__file__).parents[2]
SCENES = [scene for section in SECTIONS for scene in section.scenes]
OUTSIDE = re.compile(r"<(script|link|img|iframe|object|embed)\b|\bsrc=|@import|url\(", re.IGNORECASE)


@pytest.fixture(scope="module")
def sections() -> Shown:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choose, "SURENESS", scores(relevance=1.0))
        patch.setattr(choose, "SURENESS_OFFSET", 0.0)
        return asyncio.run(command.play(SECTIONS, load_word_engine))


def figure_of(sections: Shown, name: str) -> Figure:
    return next(figure for _, figures in sections for figure in figures if figure.scene.name == name)


def words(html: str) -> str:
    return Seen(re.sub(r"(?s)^.*<body[^>]*>|</body>.*$", "", html)).words


def test_names_of_scenes_are_names_of_files_and_differ() -> None:
    names = Counter(scene.name for scene in SCENES)
    assert all(re.fullmatch(r"[a-z][a-z-]*", name) for name in names)
    assert set(names.values()) == {1}


def test_every_picture_in_the_documentation_is_one_of_a_scene_and_is_shown() -> None:
    pictures = sorted((ROOT / "docs/pictures").glob("*.png"))
    readme = (ROOT / "README.md").read_text("utf-8")
    assert pictures
    assert {picture.stem for picture in pictures} <= {scene.name for scene in SCENES}
    assert all(f"docs/pictures/{picture.name}" in readme for picture in pictures)
    assert all(picture.stat().st_size < 150_000 for picture in pictures)


def test_the_page_holds_every_scene(sections: Shown) -> None:
    html = page(sections)
    for scene in SCENES:
        assert f'<figure id="{scene.name}">' in html
        assert scene.caption in words(html)


def test_the_page_shows_all_that_the_bot_replied(sections: Shown) -> None:
    shown = words(page(sections))
    for _, figures in sections:
        for figure in figures:
            for message in figure.messages:
                for row in message["components"]:
                    assert all(item["label"] in shown for item in row["components"] if "label" in item)
                titles = [embed.get("title") for embed in message["embeds"]]
                assert all(title.replace("\\", "") in shown for title in titles if title)


def test_the_page_needs_nothing_from_outside(sections: Shown) -> None:
    assert not OUTSIDE.search(page(sections))


async def test_every_command_has_a_scene(sections: Shown) -> None:
    used = {figure.used.removeprefix("/") for _, figures in sections for figure in figures}
    commands = await all_commands()
    groups = [one for one in commands if isinstance(one, app_commands.Group)]
    within = [one for group in groups for one in group.walk_commands()]
    named = {one.qualified_name for one in (*commands, *within) if not isinstance(one, app_commands.Group)}
    assert named - used == set()


def test_every_button_that_outlives_a_restart_is_in_a_scene(sections: Shown) -> None:
    shown = {
        item["custom_id"]
        for _, figures in sections
        for figure in figures
        for message in (*figure.messages, *filter(None, [figure.source]))
        for _, item in walk(message["components"])
        if item.get("custom_id")
    }
    templates = {button.__name__: button.__discord_ui_compiled_template__ for button in BUTTONS}
    unseen = {name for name, ids in templates.items() if not any(map(ids.fullmatch, shown))}
    assert unseen == set()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("answer", ["Ana used /ask", "rumourmill APP", "who replaces Ancelotti?", "28 May 2025", "Prove it"]),
        ("prove-it", ["@rumourmill", "In their articles", "Only you can see this"]),
        ("mention", ["@rumourmill who replaces Ancelotti?"]),
        ("follow-up", ["@rumourmill who replaces Ancelotti?", "and who would be interim boss?"]),
        ("withdrawn", ["A source that stood here was withdrawn on 28 May 2025"]),
        ("check-this-rumour", ["done deal!!", "Ana used Check this rumour", "Prove it"]),
        ("rumour-changes", ["New since you asked", "Alonso asks for a midfielder", "Nothing new about:"]),
        ("log-channel", ["@Olga changed how I behave here.", "waits: /queue list", "By @Mo"]),
        ("other-languages", ["Stand: ", "A fecha de ", "Au "]),
        ("help-of-a-moderator", ["/article", "/queue"]),
        ("form-over-a-restart", ["You had typed: The second one"]),
        ("rumour-names", ["/rumour about", "Real Madrid", "Real Sociedad"]),
        ("too-fast", ["Ask again in 20 seconds"]),
        ("article-add-form", ["Add an article", "Title *", "2024-11-06", "Submit"]),
        ("article-form-refused", ["article.md"]),
        ("article-link", ["Arsenal agree a fee for Gyökeres", "Example Sport", "Accept adds it."]),
        ("article-same-story", ["It tells the same story as article", "Keep once"]),
        ("article-told-twice", ["also: Example News"]),
        ("article-link-in-vain", ["I found no article on that page", "Press Edit to paste the text"]),
        ("article-show", ["added 28 May 2025 by @Mo"]),
    ],
)
def test_a_scene_shows(sections: Shown, name: str, parts: list[str]) -> None:
    shown = " ".join(words(alone(figure_of(sections, name))).split())
    assert [part for part in parts if part not in shown] == []


async def test_a_scene_that_fails_is_named() -> None:
    async def fail(here: Stage) -> Reply:
        return await (await here.ask("who replaces Ancelotti?")).click(here.fan, "No such button")

    async with open_theatre(load_word_engine) as theatre:
        with pytest.raises(SceneFailedError, match="'broken' failed: No button 'No such button'"):
            await played(Scene("broken", "Broken.", fail), theatre.stage())


async def test_a_scene_that_shows_nothing_is_named() -> None:
    async with open_theatre(load_word_engine) as theatre:
        scene = Scene("empty", "Empty.", lambda h: h.offered(h.fan, "rumour about", "name", "zzz"))
        with pytest.raises(SceneFailedError, match="'empty' shows nothing"):
            await played(scene, theatre.stage())


def test_words_from_outside_stay_words() -> None:
    hostile = "<script>alert(1)</script>"
    scene = Scene("hostile", hostile, lambda h: h.ask("never played"))
    author = {"username": hostile, "bot": True}
    button = {"type": 2, "style": 2, "label": hostile}
    field = {"name": hostile, "value": hostile, "inline": True}
    embed = {"title": hostile, "description": hostile, "fields": [field], "footer": {"text": hostile}}
    message = {
        "author": author,
        "content": hostile,
        "embeds": [embed],
        "attachments": [{"filename": hostile, "size": 1}],
        "components": [{"type": 1, "components": [button]}],
        "flags": 64,
    }
    modal = {
        "title": hostile,
        "components": [{"type": 18, "label": hostile, "component": {"type": 4, "value": hostile}}],
    }
    offered = Offered(hostile, hostile, hostile, (hostile,))
    figure = Figure(
        scene, {}, hostile, hostile, ((hostile, hostile),), None, message, (message,), modal, offered
    )
    html = page([(Section(hostile, (scene,)), [figure])])
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 20


def test_a_component_that_the_page_can_not_show_is_named(sections: Shown) -> None:
    figure = figure_of(sections, "answer")
    figure.messages[0]["components"].append({"type": 77})
    with pytest.raises(NotImplementedError, match="type 77"):
        alone(figure)


def test_without_chromium_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(command.main, [str(tmp_path / "out"), "--pictures"])
    assert result.exit_code == 1
    assert "apt-get install chromium" in result.output
    assert not (tmp_path / "out").exists()
