"""What asks feeds, and what it needs to be set."""

from bot.app import Services
from bot.config import Config
from corpus.errors import FeedRefusedError
from corpus.feeds.poll import Poller, Post, Tell
from corpus.types import ArticleDraft, Taken
from corpus.wording import Wording

NO_CONTACT = Wording(
    "I follow no feeds yet: whoever runs me has to name a contact for the sites, under {section} in {file}.",
    section="[web]",
    file="config.toml",
)


def require_contact(config: Config) -> None:
    """Raises FeedRefusedError where sites could not tell whom to complain to."""
    if not config.web.contact.strip():
        raise FeedRefusedError(NO_CONTACT)


async def open_poller(services: Services, *, post: Post | None = None, tell: Tell | None = None) -> Poller:
    """Raises FeedRefusedError. The engine need not be loaded before articles are taken in."""

    async def take(
        draft: ArticleDraft,
        *,
        guild_id: int | None,
        added_by: int | None = None,
        replaces: int | None = None,
        expected_hash: str | None = None,
    ) -> Taken:
        return await services.engine.take(
            draft, guild_id=guild_id, added_by=added_by, replaces=replaces, expected_hash=expected_hash
        )

    require_contact(services.config)
    return Poller(services.store, await services.door(), take, post=post, tell=tell)
