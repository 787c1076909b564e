"""Feeds as Discord embeds."""

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.markup import (
    AMBER,
    CALM,
    CHOICE,
    DESCRIPTION,
    GREY,
    HEADLINE,
    NAME,
    cut_escaped,
    escape,
    one_line,
    safe_link,
    source_line,
)
from bot.words import _, ngettext, said_of
from corpus.feeds.plan import passes
from corpus.feeds.types import FollowedFeed, Health, Look
from corpus.types import Article
from index.types import Source

PAGE = 5
NEWEST = 3
WORDS = 120  # characters of a filter
REASON = 150
ADDRESS = 150


def look_embed(look: Look, words: Sequence[str], title: str, channel_id: int | None = None) -> discord.Embed:
    """What a feed holds, and what of it would be taken."""
    items = look.feed.items
    passing = [item for item in items if passes(words, item)]
    count = ngettext("{number} entry", "{number} entries", len(items))
    lines = [f"**{_name(look.feed.title, look.url)}**", f"{count} · {_filtered(len(passing), words)}"]
    lines += ["> " + (escape(one_line(item.title, HEADLINE)) or _("untitled")) for item in passing[:NEWEST]]
    if channel_id is not None:
        lines.append(_("What is new from now on is posted in {channel}.").format(channel=f"<#{channel_id}>"))
    text = "\n".join(lines)
    return discord.Embed(title=title, description=cut_escaped(text, DESCRIPTION), colour=CALM)


def feeds_embed(feeds: Sequence[FollowedFeed], page: int) -> discord.Embed:
    """A page of a server's feeds, each with how it is."""
    shown = feeds[(page - 1) * PAGE : page * PAGE]
    footer = _("Page {page}").format(page=page)
    if len(feeds) > page * PAGE:
        footer = _("Page {page} · /feed list page:{next} shows more").format(page=page, next=page + 1)
    listed = ["\n\n".join(_feed(feed, linked=linked) for feed in shown) for linked in (True, False)]
    text = listed[len(listed[0]) > DESCRIPTION] or _("No feeds here. /feed add follows one.")
    ill = any(feed.failures or feed.ended for feed in shown)
    embed = discord.Embed(title=_("Feeds"), description=text, colour=AMBER if ill else CALM)
    return embed.set_footer(text=footer)


def feed_embed(feed: FollowedFeed, title: str) -> discord.Embed:
    return discord.Embed(title=title, description=_feed(feed), colour=CALM)


def feed_choice(feed: FollowedFeed) -> str:
    """A feed as one of the choices of an option: plain text."""
    return one_line(f"{feed.id} · {feed.title or feed.url} · {feed.url}", CHOICE)


def new_article_embed(article: Article) -> discord.Embed:
    """What a feed brought, for all to see."""
    source = Source(article.id, None, article.title, article.publisher, article.published_at, article.url)
    line = source_line(source)
    text = line if len(line) <= DESCRIPTION else source_line(source, linked=False)
    return discord.Embed(description=text, colour=CALM)


def health_embed(feed: FollowedFeed, health: Health) -> discord.Embed:
    """For the log channel: a feed that has failed for a day, works again, or ended."""
    told = {
        "failing": _("This feed has failed for a day. I go on trying."),
        "working": _("This feed works again."),
        "ended": _("This feed has ended, and I no longer ask for it."),
    }[health]
    lines = [told, f"**{_name(feed.title, feed.url)}**"]
    if health != "working" and feed.last_error:
        lines.append(_reason(feed.last_error))
    colour = GREY if health == "working" else AMBER
    return discord.Embed(description="\n".join(lines), colour=colour)


def closed_embed(feed: FollowedFeed) -> discord.Embed:
    """For the log channel: a feed whose articles can't be posted."""
    told = _(
        "I can't post in {channel} what this feed brings: give me View Channel, Send Messages and Embed Links"
        " there, or remove the feed and add it with another channel."
    ).format(channel=f"<#{feed.channel_id}>")
    return discord.Embed(description=f"{told}\n**{_name(feed.title, feed.url)}**", colour=AMBER)


def _feed(feed: FollowedFeed, *, linked: bool = True) -> str:
    name = _name(feed.title, feed.url, linked=linked)
    lines = [f"`{feed.id}` **{name}**", _what(feed), _when(feed), _health(feed)]
    return "\n".join(line for line in lines if line)


def _name(title: str, url: str, *, linked: bool = True) -> str:
    """The title, linked to the feed where that is possible and not too long."""
    name = escape(one_line(title, NAME)) or escape(one_line(url, NAME))
    link = safe_link(url) if linked else None
    return f"[{name}]({link})" if link and len(link) <= 2 * ADDRESS else name


def _what(feed: FollowedFeed) -> str:
    """What of it is taken, and how much was, where that was asked for."""
    parts = []
    if feed.items:
        parts.append(ngettext("{number} taken", "{number} taken", feed.items.get("taken", 0)))
    if feed.words:
        parts.append(_("only {words}").format(words=_words(feed.words)))
    if left_out := feed.items.get("filtered", 0):
        parts.append(ngettext("{number} left out", "{number} left out", left_out))
    if refused := feed.items.get("refused", 0):
        parts.append(ngettext("{number} not usable", "{number} not usable", refused))
    if pending := feed.items.get("pending", 0):
        parts.append(ngettext("{number} to be read", "{number} to be read", pending))
    if feed.channel_id:
        parts.append(_("posted in {channel}").format(channel=f"<#{feed.channel_id}>"))
    return " · ".join(parts)


def _when(feed: FollowedFeed) -> str:
    checked = _("checked {time}").format(time=_relative(feed.checked_at))
    if feed.paused or feed.ended:
        return checked
    return checked + " · " + _("next {time}").format(time=_relative(feed.next_at))


def _health(feed: FollowedFeed) -> str:
    if feed.ended:
        ended = _("Ended")
        return f"**{ended}** {_reason(feed.last_error or '')}"
    paused = "**" + _("Paused") + "**" if feed.paused else ""
    if not feed.failing_since:
        return paused
    failing = _("Failing since {time}").format(time=_relative(feed.failing_since))
    return f"{paused} **{failing}** {_reason(feed.last_error or '')}".strip()


def _filtered(passing: int, words: Sequence[str]) -> str:
    if not words:
        return _("all are taken")
    return ngettext(
        "{number} passes the filter {words}",
        "{number} pass the filter {words}",
        passing,
        words=_words(words),
    )


def _words(words: Sequence[str]) -> str:
    return cut_escaped(escape(one_line(", ".join(words), WORDS)), WORDS)


def _reason(reason: str) -> str:
    return cut_escaped(escape(one_line(said_of(reason), REASON)), REASON)


def _relative(time: datetime) -> str:
    return f"<t:{int(time.timestamp())}:R>"
