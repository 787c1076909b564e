"""What people are told when something goes wrong in Discord."""

import math
from dataclasses import dataclass

from discord import app_commands

from bot.markup import escape, one_line
from bot.pace import TooFastError
from bot.words import N_, _, said_of
from corpus.errors import (
    ArticleChangedError,
    ArticleNotFoundError,
    ArticleRefusedError,
    ArticleTakenError,
    FeedRefusedError,
    FetchError,
    StoreBusyError,
    StoreFullError,
    UnreadableError,
)
from index.errors import ModelError, NotReadyError, QuestionRefusedError

REASON = 500
TOO_FAST = N_("That was quick. Ask again {time}.")
SERVER_TOO_FAST = N_("This server has asked a lot. Ask again {time}.")


class RefusedError(Exception):
    """What was asked for can't be done as it was asked; `str()` of the error says why and what to do."""


class NotModeratorError(app_commands.CheckFailure):
    """Somebody without Manage Messages and without the server's moderator role, where it has one."""

    def __init__(self, role_id: int | None) -> None:
        super().__init__("not a moderator")
        self.role_id = role_id


class NotAdministratorError(app_commands.CheckFailure):
    """Somebody without Manage Server."""


class InteractionLostError(Exception):
    """Nobody can be answered any more: Discord gave up waiting, or another process answered."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`text` for whoever asked; `unexpected` where the host should look into it."""

    text: str
    unexpected: bool = False


def explain(error: BaseException) -> Explanation:
    """What to tell people about `error`. Never shows the insides of an unexpected one."""
    match error:
        case app_commands.CommandInvokeError():
            return explain(error.original)
        case RefusedError():
            return Explanation(escape(one_line(str(error), REASON)))
        case (
            QuestionRefusedError()
            | ArticleRefusedError()
            | FeedRefusedError()
            | FetchError()
            | UnreadableError()
        ):
            return Explanation(escape(one_line(said_of(error.reason), REASON)))
        case ArticleNotFoundError():
            told = _("There is no article {number} here. /article list shows them all.")
            return Explanation(told.format(number=error.article_id))
        case ArticleChangedError():
            told = _(
                "Article {number} was changed or removed meanwhile. /article edit shows it as it is now."
            )
            return Explanation(told.format(number=error.article_id))
        case ArticleTakenError():
            told = _(
                "Article {number} stands here with the same link, id or content: change or remove that one."
            )
            return Explanation(told.format(number=error.article_id))
        case TooFastError():
            told = _(SERVER_TOO_FAST if error.by_server else TOO_FAST)
            return Explanation(told.format(time=f"<t:{math.ceil(error.until.timestamp())}:R>"))
        case NotReadyError():
            return Explanation(_("I am still warming up. Ask again in half a minute."))
        case ModelError():
            return Explanation(
                _("I can't search at the moment: my language model doesn't load."), unexpected=True
            )
        case StoreBusyError():
            return Explanation(_("I am busy storing articles. Try again in a minute."))
        case StoreFullError():
            return Explanation(
                _("No room is left where I keep the articles. Nothing more was stored."), unexpected=True
            )
        case TimeoutError():
            return Explanation(_("That took too long, so I stopped. Try again in a minute."))
        case app_commands.NoPrivateMessage():
            return Explanation(_("I answer in servers only, not in direct messages."))
        case NotModeratorError(role_id=None):
            return Explanation(_("You need the permission Manage Messages for that."))
        case NotModeratorError():
            told = _("You need the role {role} or the permission Manage Messages for that.")
            return Explanation(told.format(role=f"<@&{error.role_id}>"))
        case NotAdministratorError():
            return Explanation(_("You need the permission Manage Server for that."))
        case app_commands.CheckFailure():
            return Explanation(_("You may not do that here."))
        case app_commands.TransformerError():
            return Explanation(_("One of the options holds something I can't use. Fill it in again."))
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return Explanation(_("This command has changed. Reload Discord and try again."), unexpected=True)
    return Explanation(_("Something went wrong on my side."), unexpected=True)
