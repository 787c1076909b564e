"""Articles, drafts and what becomes of them, as Discord embeds and files."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import discord

from bot.kept import REMOVED_KEPT
from bot.markup import (
    AMBER,
    CALM,
    CHOICE,
    DESCRIPTION,
    GREY,
    NAME,
    TITLE,
    also_lines,
    and_more,
    cut_escaped,
    day,
    escape,
    one_line,
    safe_link,
    source_line,
)
from bot.words import N_, _, decimal, ngettext, said_of
from corpus.text import clean_line
from corpus.types import (
    Article,
    ArticleDraft,
    ArticleSummary,
    AuditEntry,
    IngestReport,
    Link,
    Publisher,
    Refusal,
)
from index.near import Near, Preview
from index.types import Source

PAGE = 10  # lines of a listing
LINE = 380  # characters of one
SUMMARY = 50  # characters of a title in the audit, before escaping
REASON = 100  # characters of a reason for a removal
REFUSALS = 10  # of a report
REFUSAL = 140
STORED_IDS = 10
LINKED = 5
NAMES = 15  # of a preview
NAMED = 40
NOTED = 500  # characters of why a page could not be read
BEGINNING = 1000  # characters of a draft's text, before escaping

ACTIONS = {
    "added": N_("{time} · {member} added article {number}: {title}"),
    "changed": N_("{time} · {member} changed article {number}: {title}"),
    "removed": N_("{time} · {member} removed article {number}: {title}"),
    "restored": N_("{time} · {member} restored article {number}: {title}"),
}


def listing_embed(summaries: Sequence[ArticleSummary], page: int, *, more: bool) -> discord.Embed:
    """A page of a listing; shared articles are marked, for they can't be removed from a server."""
    lines = [_listing_line(summary) for summary in summaries]
    footer = _("Page {page}").format(page=page)
    if more:
        footer = _("Page {page} · /article list page:{next} shows more").format(page=page, next=page + 1)
    text = "\n".join(lines) or _("No articles here.")
    embed = discord.Embed(title=_("Articles"), description=text, colour=CALM)
    return embed.set_footer(text=footer)


def article_embed(article: Article, links: Sequence[Link] = ()) -> discord.Embed:
    """An article with where it is from and where else it is told, and as much of its text as fits."""
    added = _("added {day} by {member}") if article.added_by else _("added {day}")
    added = added.format(day=day(article.added_at), member=f"<@{article.added_by}>")
    shared = " · " + _("shared by all servers") if article.guild_id is None else ""
    about = [source_line(_source(article)), f"-# {added}{shared}", *also_lines(links)]
    head = "\n".join(about) + "\n\n"
    return discord.Embed(
        title=_("Article {number}").format(number=article.id),
        description=head + cut_escaped(escape(article.text[:DESCRIPTION]), DESCRIPTION - len(head)),
        colour=CALM,
    )


def removed_embed(article: Article, changed: int = 0, unreached: Sequence[str] = ()) -> discord.Embed:
    """Which article has been removed, and what became of the answers that quoted it."""
    back = _("/article restore id:{number} brings it back, for {days} days.")
    told = "-# " + back.format(number=article.id, days=REMOVED_KEPT.days)
    about = "\n".join([source_line(_source(article)), *followed(changed, unreached), told])
    return discord.Embed(
        title=_("Removed article {number}").format(number=article.id), description=about, colour=GREY
    )


def restored_embed(article: Article, changed: int = 0, unreached: Sequence[str] = ()) -> discord.Embed:
    about = "\n".join([source_line(_source(article)), *followed(changed, unreached)])
    return discord.Embed(
        title=_("Restored article {number}").format(number=article.id), description=about, colour=CALM
    )


def report_embed(report: IngestReport, changed: int = 0, unreached: Sequence[str] = ()) -> discord.Embed:
    """What became of the articles handed in, and of answers that quoted what is no longer in them."""
    lines = [
        *_stored_lines(report),
        _("Refused {count}").format(count=decimal(len(report.refused))) if report.refused else "",
        *(f"> {_refusal(refusal)}" for refusal in report.refused[:REFUSALS]),
        "> " + and_more(len(report.refused) - REFUSALS) if len(report.refused) > REFUSALS else "",
        *followed(changed, unreached),
    ]
    text = "\n".join(line for line in lines if line) or _("There was no article in it.")
    return discord.Embed(description=text, colour=AMBER if report.refused else CALM)


def refusals_file(refused: Sequence[Refusal]) -> bytes:
    """Every refusal with its reason, a line each."""
    lines = [clean_line(f"{refusal.where}: {said_of(refusal.reason)}") for refusal in refused]
    return "\n".join([*lines, ""]).encode(errors="replace")


def progress_embed(done: int) -> discord.Embed:
    told = ngettext("{number} article read so far.", "{number} articles read so far.", done)
    return discord.Embed(title=_("Importing …"), description=told, colour=GREY)


def detached_embed(done: int) -> discord.Embed:
    """The last that an import can show, for Discord lets no message be changed for longer."""
    told = _("It goes on, but this message can't be changed any longer. Ask with the button how far it is.")
    return progress_embed(done).add_field(name=_("This takes long"), value=told)


def with_member(embed: discord.Embed, member: int) -> discord.Embed:
    """The embed, and who it is about below it."""
    by = _("By {member}").format(member=f"<@{member}>")
    embed.description = f"{cut_escaped(embed.description or '', DESCRIPTION - 100)}\n{by}"
    return embed


def choice_name(number: int, title: str) -> str:
    """An article as one of the choices of an option: plain text."""
    return one_line(f"{number} · {title}", CHOICE)


def preview_embed(preview: Preview, note: str = "") -> discord.Embed:
    """A draft as it would be stored, what storing it would do, and what else is to be noted."""
    draft = preview.draft
    head = _about(draft)
    facts = [
        ngettext("{number} passage", "{number} passages", preview.passages),
        ngettext("{number} character", "{number} characters", len(draft.text)),
    ]
    tail = [
        "-# " + " · ".join(facts),
        _names(preview.names),
        *(_near_line(near) for near in preview.near),
        note,
        f"**{_outcome(preview)}**",
    ]
    below = "\n".join(line for line in tail if line)
    room = min(BEGINNING * 2, DESCRIPTION - len(head) - len(below) - 10)
    beginning = draft.text[:BEGINNING] + ("…" if len(draft.text) > BEGINNING else "")
    return discord.Embed(
        title=cut_escaped(escape(one_line(draft.title, TITLE)), TITLE),
        url=safe_link(draft.url),
        description=f"{head}\n\n{cut_escaped(escape(beginning), room)}\n\n{below}",
        colour=AMBER if preview.near or preview.replaces or note else CALM,
    ).set_author(name=_("Preview: this is not stored yet"))


def unread_embed(found: ArticleDraft, reason: str) -> discord.Embed:
    """What was found of a web page whose text could not be had, and why it could not."""
    title = cut_escaped(escape(one_line(found.title, TITLE)), TITLE) or _("No article found there")
    told = _("Press Edit to paste the text yourself.")
    return discord.Embed(
        title=title,
        url=safe_link(found.url),
        description=f"{escape(one_line(reason, NOTED))}\n\n**{told}**",
        colour=AMBER,
    ).set_author(name=_("Preview: this is not stored yet"))


def audit_embed(entries: Sequence[AuditEntry], page: int, *, more: bool) -> discord.Embed:
    """A page of who did what, the newest first."""
    footer = _("Page {page}").format(page=page)
    if more:
        footer = _("Page {page} · /audit page:{next} shows more").format(page=page, next=page + 1)
    text = "\n".join(map(_audit_line, entries)) or _("Nothing happened here.")
    return discord.Embed(title=_("What happened to articles"), description=text, colour=CALM).set_footer(
        text=footer
    )


def article_markdown(fields: Mapping[str, str]) -> bytes:
    """The fields of a form as a Markdown file with front matter, which can be handed in as an attachment."""
    named = {name: clean_line(value) for name, value in fields.items() if name != "text"}
    head = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in named.items() if value]
    return "\n".join(["---", *head, "---", "", fields["text"], ""]).encode(errors="replace")


def draft_fields(draft: ArticleDraft) -> dict[str, str]:
    """A draft as the fields of a form and of a file; see `article_markdown`."""
    return {
        "title": draft.title,
        "publisher": draft.publisher or "",
        "author": draft.author or "",
        "published_at": "" if draft.published_at is None else _written(draft.published_at),
        "url": draft.url or "",
        "id": draft.external_id or "",
        "text": draft.text,
    }


def _written(time: datetime) -> str:
    """As it is written into files and forms: a day where only that is known."""
    midnight = (time.hour, time.minute, time.second) == (0, 0, 0)
    return time.date().isoformat() if midnight else time.isoformat()


def _about(draft: ArticleDraft) -> str:
    """Publisher and day of a draft."""
    publisher = escape(one_line(draft.publisher or "", NAME))
    published = _("undated") if draft.published_at is None else day(draft.published_at)
    return " · ".join(part for part in (publisher, published) if part)


def _names(names: Sequence[str]) -> str:
    if not names:
        return _("It names nobody that I know how to tell.")
    listed = ", ".join(escape(one_line(name, NAMED)) for name in names[:NAMES])
    told = _("Names: {names}").format(names=listed)
    return told if len(names) <= NAMES else f"{told} {and_more(len(names) - NAMES)}"


def _near_line(near: Near) -> str:
    told = _("{share} of it also stands in article {number}: {title}")
    return "≈ " + told.format(
        share=f"{int(near.share * 100)} %",
        number=near.article.id,
        title=escape(one_line(near.article.title, NAME)),
    )


def _outcome(preview: Preview) -> str:
    if preview.unchanged:
        told = _("Accept changes nothing: article {number} says exactly this already.")
        return told.format(number=preview.replaces)
    if preview.replaces:
        return _("Accept replaces article {number}.").format(number=preview.replaces)
    if preview.same_as:
        told = _(
            "It tells the same story as article {number}. Keep once only adds its link to that one, "
            "Accept stores it too."
        )
        return told.format(number=preview.same_as)
    return _("Accept adds it.")


def _audit_line(entry: AuditEntry) -> str:
    line = _(ACTIONS[entry.action]).format(
        time=f"<t:{int(entry.at.timestamp())}:f>",
        member=f"<@{entry.member}>" if entry.member else _("somebody"),
        number=entry.article_id,
        title=escape(one_line(entry.title, SUMMARY)),
    )
    if not entry.reason:
        return line
    return line + "\n-# " + _("Reason: {reason}").format(reason=escape(one_line(entry.reason, REASON)))


def _source(article: Article) -> Source:
    return Source(
        article.id, article.external_id, article.title, article.publisher, article.published_at, article.url
    )


def _listing_line(summary: ArticleSummary) -> str:
    publisher = escape(one_line(summary.publisher or "", NAME))
    published = _("undated") if summary.published_at is None else day(summary.published_at)
    shared = _("shared") if summary.guild_id is None else ""
    about = " · ".join(part for part in (publisher, published, shared) if part)
    return f"`{summary.id}` {escape(one_line(summary.title, NAME))}\n-# {about}"


def followed(changed: int = 0, unreached: Sequence[str] = ()) -> list[str]:
    """What became of earlier answers, after their articles changed."""
    lines = []
    if changed:
        told = ngettext(
            "{number} earlier answer changed with it", "{number} earlier answers changed with it", changed
        )
        lines.append(f"-# {told}")
    if unreached:
        links = " ".join(unreached[:LINKED]) + (" …" if len(unreached) > LINKED else "")
        lines.append("-# " + _("Out of my reach, but still there: {links}").format(links=links))
    return lines


def _refusal(refusal: Refusal) -> str:
    return escape(one_line(f"{refusal.where}: {said_of(refusal.reason)}", REFUSAL))


def _stored_lines(report: IngestReport) -> Iterator[str]:
    """What was added, changed and left as it was, as far as there is any."""
    if added := report.added:
        yield ngettext(
            "Added {count} (article {numbers})",
            "Added {count} (articles {numbers})",
            len(set(added)),
            **_counted(added),
        )
    if changed := report.changed:
        yield ngettext(
            "Changed {count} (article {numbers})",
            "Changed {count} (articles {numbers})",
            len(set(changed)),
            **_counted(changed),
        )
    if unchanged := report.unchanged:
        yield ngettext(
            "Unchanged {count} (article {numbers})",
            "Unchanged {count} (articles {numbers})",
            len(set(unchanged)),
            **_counted(unchanged),
        )
    if linked := report.linked:
        yield ngettext(
            "Added {count} link (to article {numbers})",
            "Added {count} links (to articles {numbers})",
            len(set(linked)),
            **_counted(linked),
        )


def _counted(ids: Sequence[int]) -> dict[str, str]:
    """How many they are, and the first of them, each once."""
    different = list(dict.fromkeys(ids))
    numbers = ", ".join(map(str, different[:STORED_IDS])) + (", …" if len(different) > STORED_IDS else "")
    return {"count": decimal(len(ids)), "numbers": numbers}


# Publishers


def publishers_embed(publishers: Sequence[Publisher], page: int) -> discord.Embed:
    """A page of all publishers."""
    shown = publishers[(page - 1) * PAGE : page * PAGE]
    lines = [f"**{escape(one_line(p.name, NAME))}**\n-# {_published(p)}" for p in shown]
    text = "\n".join(lines) or _("No publishers here.")
    embed = discord.Embed(title=_("Publishers"), description=text, colour=CALM)
    return embed.set_footer(text=_page(page, -(-len(publishers) // PAGE)))


def publisher_embed(publisher: Publisher, articles: Sequence[Article], page: int) -> discord.Embed:
    """A publisher with a page of its articles; the server's own are marked."""
    text = "\n".join([f"-# {_published(publisher)}", "", *map(_article_line, articles)])
    title = cut_escaped(escape(one_line(publisher.name, NAME)), TITLE)
    embed = discord.Embed(title=title, description=text, colour=CALM)
    return embed.set_footer(text=_page(page, -(-publisher.articles // PAGE)))


def _published(publisher: Publisher) -> str:
    """How many articles, of what time, and how many of them are the server's own."""
    days = dict.fromkeys(day(time) for time in (publisher.oldest, publisher.newest) if time)
    parts = [
        ngettext("{number} article", "{number} articles", publisher.articles),
        " – ".join(days) or _("undated"),
        ngettext("{number} of this server", "{number} of this server", publisher.own)
        if publisher.own
        else "",
    ]
    return " · ".join(part for part in parts if part)


def _article_line(article: Article) -> str:
    """Its day and title; linked where all lines of a page still find room."""
    source = replace(_source(article), publisher=None)
    own = "" if article.guild_id is None else " · " + _("of this server")
    linked = len(source_line(source)) <= LINE
    return source_line(source, linked=linked) + own


def _page(page: int, pages: int) -> str:
    return _("Page {page} of {pages}").format(page=decimal(page), pages=decimal(max(pages, 1)))
