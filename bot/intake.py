"""Articles by their addresses on the web, for all servers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.app import Services
from corpus.errors import (
    ArticleChangedError,
    ArticleNotFoundError,
    ArticleRefusedError,
    ArticleTakenError,
    FetchError,
    UnreadableError,
)
from corpus.types import IngestReport, Refusal, Taken
from corpus.web.door import page_draft
from corpus.web.types import Page

SHORTER = "That page shows less of the article than is stored already, which was left as it is."


@dataclass(frozen=True, slots=True)
class Intake:
    """`doubtful` are the addresses whose page may hold more of the article than was found."""

    report: IngestReport
    doubtful: tuple[str, ...]


async def take_pages(
    services: Services, urls: Sequence[str], on_progress: Callable[[int], None] | None = None
) -> Intake:
    """Fetch the pages one after the other, and take each as an article; the engine has to be loaded."""
    door = await services.door()
    taken: list[Taken] = []
    refused: list[Refusal] = []
    doubtful: list[str] = []
    for done, url in enumerate(urls, 1):
        now = datetime.now(UTC)
        try:
            page = await door.visit(url, now=now)
            taken.append(await _take(services, page, now))
        except (FetchError, UnreadableError, ArticleRefusedError) as error:
            refused.append(Refusal(url, error.reason))
        except (ArticleChangedError, ArticleNotFoundError, ArticleTakenError) as error:
            refused.append(Refusal(url, str(error)))  # the bot stored a feed's item in the same moment, say
        else:
            doubtful += [] if page.complete else [url]
        if on_progress:
            on_progress(done)
    return Intake(IngestReport.of(taken, refused), tuple(doubtful))


async def _take(services: Services, page: Page, now: datetime) -> Taken:
    """Raises ArticleRefusedError also for a wall that stands before what is stored already."""
    draft = page_draft(page, now)
    known = await services.store.articles.at(draft.url, guild_id=None) if draft.url else []
    if not page.complete and any(len(article.text) > len(draft.text) for article in known):
        raise ArticleRefusedError(SHORTER)
    return await services.engine.take(draft, guild_id=None)
