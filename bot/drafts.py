"""Articles that a moderator looks at before they count: the preview, and its buttons."""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from re import Match
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

from bot.app import Services
from bot.changes import show_change
from bot.errors import RefusedError
from bot.forms import MAX_TEXT, ArticleForm
from bot.moderators import require_moderator
from bot.receipts import Receipts
from bot.render_articles import article_markdown, draft_fields, preview_embed, report_embed, unread_embed
from bot.respond import Interaction, ask_for, defer, defer_update, reply, report
from bot.words import N_, _, language_of, said_of, speak
from corpus.errors import ArticleRefusedError, FetchError, UnreadableError
from corpus.ingest.draft import MAX_TITLE_CHARS, make_draft
from corpus.ingest.run import draft_of
from corpus.text import canonical_url, clean_line, content_hash
from corpus.types import Article, ArticleDraft, IngestReport, PendingDraft
from corpus.web.door import page_draft
from index.near import Preview

if TYPE_CHECKING:
    from bot.client import Rumourmill

TOO_LONG = N_(
    "This is too long for a form. Change this file, then hand it in with `/article add file:{file}`."
)
TOO_LONG_TO_EDIT = N_(
    "This is too long for a form. Change this file, then hand it in with "
    "`/article edit id:{number} file:{file}`."
)
INCOMPLETE = N_("This may not be the whole article. Look it over; Edit lets you paste what is missing.")
NO_ADDRESS = N_("That is no link to a web page: it begins with https:// and names a site.")
NOTHING_TO_STORE = N_("There is no text yet. Press Edit and paste it.")
LABELS = {
    "accept": N_("Accept"),
    "link": N_("Keep once"),
    "edit": N_("Edit"),
    "cancel": N_("Cancel"),
}
ALWAYS = ("accept", "edit", "cancel")
UNREAD = ("edit", "cancel")
STYLES = {"accept": discord.ButtonStyle.success, "cancel": discord.ButtonStyle.danger}


class Drafts:
    """Drafts wait in the store, so that their buttons work after a restart."""

    def __init__(self, services: Services, receipts: Receipts) -> None:
        self._services = services
        self._receipts = receipts
        self._in_hand: set[int] = set()

    async def begin(
        self, interaction: Interaction, draft: ArticleDraft, edited: Article | None = None, note: str = ""
    ) -> None:
        """Show, in the answer to a deferred interaction, what storing a draft would do."""
        preview = await self._preview(interaction, draft, edited)
        number = await self._keep(interaction, draft, edited)
        view = _buttons(number, _actions(preview))
        await reply(interaction, embed=preview_embed(preview, note), view=view)

    async def visit(self, interaction: Interaction, url: str) -> None:
        """The preview of a web page; where that can't be had, why, and the way to paste its text."""
        now = datetime.now(UTC)
        found = ArticleDraft(title="", text="", url=canonical_url(url))
        if found.url is None:
            raise RefusedError(_(NO_ADDRESS))
        door = await self._services.door()
        try:
            page = await door.visit(found.url, now=now)
            found = replace(found, title=clean_line(page.title)[:MAX_TITLE_CHARS])
            draft = page_draft(page, now)
        except (FetchError, UnreadableError, ArticleRefusedError) as error:
            embed = unread_embed(found, said_of(error.reason))
            number = await self._keep(interaction, found)
            await reply(interaction, embed=embed, view=_buttons(number, UNREAD))
        else:
            await self.begin(interaction, draft, note="" if page.complete else _(INCOMPLETE))

    async def _keep(
        self, interaction: Interaction, draft: ArticleDraft, edited: Article | None = None
    ) -> int:
        return await self._services.store.drafts.save(
            draft,
            guild_id=_guild(interaction),
            made_by=interaction.user.id,
            now=datetime.now(UTC),
            edits=edited.id if edited else None,
            edited_hash=edited.content_hash if edited else None,
        )

    async def write(self, interaction: Interaction) -> None:
        """The empty form, and the preview of what was typed into it."""

        async def typed(submitted: Interaction, fields: dict[str, str]) -> None:
            require_moderator(submitted)
            await self.begin(submitted, make_draft(fields, datetime.now(UTC)))

        await ask_for(interaction, ArticleForm(typed))

    async def rewrite(self, interaction: Interaction, article: Article) -> None:
        """The form with an article, or a file of it where it is too long for that."""
        draft = draft_of(article)

        async def typed(submitted: Interaction, fields: dict[str, str]) -> None:
            require_moderator(submitted)
            await self.begin(submitted, _typed_over(draft, fields), article)

        if len(draft.text) > MAX_TEXT:
            await _hand_out(interaction, draft, article.id)
        else:
            await ask_for(interaction, ArticleForm(typed, draft_fields(draft), _edit_title(article.id)))

    async def accept(self, interaction: Interaction, number: int) -> None:
        await defer_update(interaction)
        require_moderator(interaction)
        with self._holding(number):
            pending = await self._pending(interaction, number)
            await show_change(interaction, self._receipts, self._stored(interaction, pending), report_embed)

    async def link(self, interaction: Interaction, number: int) -> None:
        """Keep the story once: its link is added to the article that tells it already."""
        await defer_update(interaction)
        require_moderator(interaction)
        with self._holding(number):
            pending = await self._pending(interaction, number)
            await show_change(interaction, self._receipts, self._linked(interaction, pending), report_embed)

    async def edit(self, interaction: Interaction, number: int) -> None:
        require_moderator(interaction)
        pending = await self._pending(interaction, number)

        async def typed(submitted: Interaction, fields: dict[str, str]) -> None:
            require_moderator(submitted)
            with self._holding(number):
                draft = _typed_over((await self._pending(submitted, number)).draft, fields)
                edited = await self._edited(submitted, pending)
                preview = await self._preview(submitted, draft, edited)
                await self._services.store.drafts.change(number, draft)
                view = _buttons(number, _actions(preview))
                await reply(submitted, embed=preview_embed(preview), view=view)

        if len(pending.draft.text) > MAX_TEXT:
            await _hand_out(interaction, pending.draft, pending.edits)
        else:
            title = _edit_title(pending.edits) if pending.edits else None
            await ask_for(interaction, ArticleForm(typed, draft_fields(pending.draft), title))

    async def cancel(self, interaction: Interaction, number: int) -> None:
        await defer_update(interaction)
        require_moderator(interaction)
        with self._holding(number):
            pending = await self._pending(interaction, number)
            await self._services.store.drafts.drop(pending.id)
        told = _("Cancelled: nothing was stored.")
        await reply(interaction, content=told, embed=None, view=None)

    async def _preview(
        self, interaction: Interaction, draft: ArticleDraft, edited: Article | None
    ) -> Preview:
        return await self._services.engine.preview(draft, guild_id=_guild(interaction), edited=edited)

    async def _pending(self, interaction: Interaction, number: int) -> PendingDraft:
        pending = await self._services.store.drafts.get(
            number, guild_id=interaction.guild_id, made_by=interaction.user.id
        )
        if pending is None:
            raise RefusedError(_("That draft is gone: it was accepted or cancelled, or is too old."))
        return pending

    async def _edited(self, interaction: Interaction, pending: PendingDraft) -> Article | None:
        if pending.edits is None:
            return None
        return await self._services.store.articles.get(pending.edits, guild_id=interaction.guild_id)

    async def _stored(self, interaction: Interaction, pending: PendingDraft) -> IngestReport:
        """Stored first and dropped then: cut in between, accepting it once more changes nothing."""
        edited = await self._edited(interaction, pending)
        if edited is None:
            stored = await self._services.engine.add(
                [_with_text(pending.draft)], guild_id=_guild(interaction), added_by=interaction.user.id
            )
            if stored.refused:
                raise ArticleRefusedError(stored.refused[0].reason)
        elif edited.content_hash == content_hash(pending.draft):
            stored = IngestReport(unchanged=(edited.id,))
        else:
            await self._services.engine.change(
                edited.id,
                pending.draft,
                expected_hash=pending.edited_hash or "",
                guild_id=_guild(interaction),
                changed_by=interaction.user.id,
            )
            stored = IngestReport(changed=(edited.id,))
        await self._services.store.drafts.drop(pending.id)
        return stored

    async def _linked(self, interaction: Interaction, pending: PendingDraft) -> IngestReport:
        """Where no article tells the story any more, it is stored like any other."""
        taken = await self._services.engine.take(
            _with_text(pending.draft), guild_id=_guild(interaction), added_by=interaction.user.id
        )
        await self._services.store.drafts.drop(pending.id)
        return IngestReport.of([taken])

    @contextmanager
    def _holding(self, number: int) -> Iterator[None]:
        """One click at a time: a second one while the first is under way does nothing."""
        if number in self._in_hand:
            raise RefusedError(_("I am at it already."))
        self._in_hand.add(number)
        try:
            yield
        finally:
            self._in_hand.discard(number)


class DraftButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"draft:(?P<action>accept|link|edit|cancel):(?P<draft>[0-9]{1,18})",
):
    """Accept, Keep once, Edit or Cancel under a preview. Survives a restart."""

    def __init__(self, action: str, number: int) -> None:
        style = STYLES.get(action, discord.ButtonStyle.secondary)
        custom_id = f"draft:{action}:{number}"
        super().__init__(discord.ui.Button(label=_(LABELS[action]), custom_id=custom_id, style=style))
        self.action = action
        self.number = number

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: Match[str], /) -> Self:
        return cls(match["action"], int(match["draft"]))

    async def callback(self, interaction: Interaction) -> None:
        speak(language_of(interaction.locale.value))
        client: Rumourmill = interaction.client
        drafts = client.drafts
        acts: dict[str, Callable[[Interaction, int], Coroutine[Any, Any, None]]] = {
            "accept": drafts.accept,
            "link": drafts.link,
            "edit": drafts.edit,
            "cancel": drafts.cancel,
        }
        try:
            await acts[self.action](interaction, self.number)
        except Exception as error:
            await report(interaction, error)


def _guild(interaction: Interaction) -> int:
    """No command and no button of articles works outside of servers."""
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild_id


def _with_text(draft: ArticleDraft) -> ArticleDraft:
    """Raises RefusedError for what was left of a page that could not be read."""
    if not draft.text:
        raise RefusedError(_(NOTHING_TO_STORE))
    return draft


def _actions(preview: Preview) -> Iterable[str]:
    return LABELS if preview.same_as else ALWAYS


def _buttons(number: int, actions: Iterable[str]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for action in actions:
        view.add_item(DraftButton(action, number))
    return view


def _typed_over(draft: ArticleDraft, typed: Mapping[str, str]) -> ArticleDraft:
    """A draft with what was changed of it in the form; raises ArticleRefusedError."""
    return make_draft({**draft_fields(draft), **typed}, datetime.now(UTC))


def _edit_title(number: int) -> str:
    return _("Edit article {number}").format(number=number)


async def _hand_out(interaction: Interaction, draft: ArticleDraft, edits: int | None) -> None:
    """A text that is too long for a form, as a file that can be handed in again."""
    await defer(interaction, private=True)
    name = f"article-{edits}.md" if edits else "article.md"
    told = _(TOO_LONG_TO_EDIT if edits else TOO_LONG)
    file = discord.File(BytesIO(article_markdown(draft_fields(draft))), name)
    await interaction.followup.send(told.format(number=edits, file=name), file=file, ephemeral=True)
