from typing import Any

import discord
import pytest
from discord import app_commands

from bot.errors import Explanation, NotAdministratorError, NotModeratorError, RefusedError, explain
from corpus.errors import (
    ArticleNotFoundError,
    ArticleRefusedError,
    StoreBusyError,
    StoreDamagedError,
    StoreFullError,
)
from index.errors import ModelError, NotReadyError, NotVerbatimError, QuestionRefusedError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (QuestionRefusedError("The question is empty."), "The question is empty."),
        (ArticleRefusedError("The article has no text."), "The article has no text."),
        (RefusedError("Pick an article."), "Pick an article."),
        (ArticleNotFoundError(7), "There is no article 7 here."),
        (NotReadyError(), "warming up"),
        (StoreBusyError("locked"), "Try again in a minute"),
        (TimeoutError(), "took too long"),
        (NotModeratorError(None), "the permission Manage Messages"),
        (NotModeratorError(7), "the role <@&7> or the permission Manage Messages"),
        (NotAdministratorError(), "the permission Manage Server"),
        (app_commands.NoPrivateMessage(), "in servers only"),
        (app_commands.CheckFailure("no"), "may not"),
        (
            app_commands.TransformerError(
                "x", discord.AppCommandOptionType.string, app_commands.Transformer()
            ),
            "Fill it in again",
        ),
    ],
)
def test_expected_errors_say_what_is_wrong(error: Exception, words: str) -> None:
    explanation = explain(error)
    assert words in explanation.text
    assert not explanation.unexpected


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreFullError("disk"), "No room is left"),
        (ModelError("/srv/model is missing"), "language model"),
        (StoreDamagedError("/srv/rumourmill.db is damaged"), "Something went wrong"),
        (NotVerbatimError("x"), "Something went wrong"),
        (ZeroDivisionError("division by zero"), "Something went wrong"),
        (app_commands.CommandNotFound("old", []), "Reload Discord"),
    ],
)
def test_unexpected_errors_show_nothing_of_their_insides(error: Exception, words: str) -> None:
    explanation = explain(error)
    assert words in explanation.text
    assert str(error) not in explanation.text
    assert explanation.unexpected


def test_error_of_a_command_is_explained_by_its_cause() -> None:
    async def callback(interaction: discord.Interaction) -> None: ...

    command: app_commands.Command[Any, [], None] = app_commands.Command(
        name="ask", description="-", callback=callback
    )
    assert explain(app_commands.CommandInvokeError(command, QuestionRefusedError("Empty."))) == Explanation(
        "Empty."
    )
    assert explain(app_commands.CommandInvokeError(command, KeyError("x"))) == Explanation(
        "Something went wrong on my side.", unexpected=True
    )


def test_reasons_hold_no_markup_of_what_was_handed_in() -> None:
    assert explain(RefusedError("**a**.pdf <@1>")).text == "\\*\\*a\\*\\*.pdf \\<\\@1\\>"
    assert len(explain(RefusedError("*" * 9000)).text) <= 2000
