"""What is kept of people, handed out and forgotten on request."""

import asyncio
import json
from dataclasses import dataclass
from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Services
from bot.kept import QUESTIONS_KEPT, VERDICTS_KEPT
from bot.moderators import is_moderator
from bot.questions import Questions
from bot.render_articles import draft_fields
from bot.respond import Interaction, defer, reply
from bot.words import N_, _, ngettext
from corpus.feeds.types import FollowedFeed
from corpus.types import Article, ArticleDraft, AuditEntry, KeptQuestion, Note, Verdict

ABOUT_NO_QUESTIONS = N_("**Of whoever asks, I keep nothing**: no question, no name, no number.")
ABOUT_QUESTIONS = N_(
    "**Of whoever asks, I keep the questions for {days} days**, because administrators of this server turned"
    " that on: {questions} of yours."
)
ABOUT_ANSWERS = N_(
    "Of an answer I keep for {days} days which quotes it showed, so that its buttons work; and where one"
    " stands that all can see, as long as its articles are there, so that what is withdrawn can be taken out"
    " of it."
)
ABOUT_VERDICTS = N_(
    "**Of whoever says whether an answer was right, I keep that** for {days} days, with the quotes, for"
    " whoever runs me. Here you said so of {answers}."
)
ABOUT_NOTES = N_(
    "**Of what members send to the moderators, I keep the words and who sent them**, until the moderators are"
    " done with it. Of yours, {messages} here."
)
ABOUT_MODERATORS = N_(
    "**Of moderators, I keep who added which article, and for a year who changed, removed and restored it.**"
    " You added {articles} to this server. Its audit names you {times}. What waits for you to accept it is"
    " kept for a day."
)
ABOUT_FEEDS = N_("**Of whoever adds a feed, I keep that** while it is followed. Here you added {feeds}.")
WHAT_TO_DO = N_(
    "`/privacy export` hands you what I keep of you, `/privacy forget` deletes it and takes your number off"
    " all articles."
)
FORGOTTEN = N_(
    "Done. Your number stood on {articles}, and is nowhere any more, nor in the audit. The articles stay."
    " What you asked, said of {answers} and sent to moderators is deleted."
)
HELD = N_("Here is what I keep of you in this server.")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is a member's, in one server."""

    added: list[Article]
    asked: list[KeptQuestion]
    notes: list[Note]
    verdicts: list[Verdict]
    acts: list[AuditEntry]
    drafts: list[ArticleDraft]
    feeds: list[FollowedFeed]


@app_commands.guild_only()
class Privacy(commands.GroupCog, group_name="privacy", group_description="What I keep of you"):
    def __init__(self, services: Services, questions: Questions) -> None:
        self._services = services
        self._questions = questions

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """What I keep of you, and for how long"""
        await defer(interaction, private=True)
        kept = await self._kept(interaction)
        lines = [self._of_questions(interaction, kept), *_of_what_was_sent(kept)]
        if is_moderator(interaction) or kept.added or kept.acts or kept.feeds:
            times = ngettext("{number} time", "{number} times", len(kept.acts))
            lines.append(_(ABOUT_MODERATORS).format(articles=_articles(len(kept.added)), times=times))
            feeds = ngettext("{number} feed", "{number} feeds", len(kept.feeds))
            lines.append(_(ABOUT_FEEDS).format(feeds=feeds))
        await reply(interaction, content="\n".join([*lines, _(WHAT_TO_DO)]))

    def _of_questions(self, interaction: Interaction, kept: Kept) -> str:
        asked = _(ABOUT_NO_QUESTIONS)
        if self._questions.kept(interaction.guild_id):
            asked = _(ABOUT_QUESTIONS).format(days=QUESTIONS_KEPT.days, questions=_questions(len(kept.asked)))
        answers = _(ABOUT_ANSWERS).format(days=self._services.config.answers.keep_days)
        return f"{asked} {answers}"

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """A file with all that I keep of you in this server"""
        await defer(interaction, private=True)
        kept = await self._kept(interaction)
        file = discord.File(BytesIO(_exported(interaction.user.id, kept)), "rumourmill.json")
        await reply(interaction, content=_(HELD), attachments=[file])

    @app_commands.command()
    async def forget(self, interaction: Interaction) -> None:
        """Delete what I keep of you, on every server; articles that you added stay"""
        await defer(interaction, private=True)
        gone = await self._services.store.people.forget(interaction.user.id)
        told = _(FORGOTTEN).format(articles=_articles(gone.articles), answers=_answers(gone.verdicts))
        await reply(interaction, content=told)

    async def _kept(self, interaction: Interaction) -> Kept:
        store, user_id, guild_id = self._services.store, interaction.user.id, interaction.guild_id
        people = store.people
        added, asked, notes, verdicts, acts, drafts = await asyncio.gather(
            people.added(user_id, guild_id=guild_id),
            self._questions.of_member(user_id, guild_id),
            people.notes(user_id, guild_id=guild_id),
            people.verdicts(user_id, guild_id=guild_id),
            store.audit.by(user_id, guild_id=guild_id),
            store.drafts.by(user_id, guild_id=guild_id),
        )
        feeds = await store.feeds.by(user_id, guild_id=guild_id)
        return Kept(added, asked, notes, verdicts, acts, drafts, feeds)


def _of_what_was_sent(kept: Kept) -> list[str]:
    messages = ngettext("{number} waits", "{number} wait", len(kept.notes))
    return [
        _(ABOUT_VERDICTS).format(days=VERDICTS_KEPT.days, answers=_answers(len(kept.verdicts))),
        _(ABOUT_NOTES).format(messages=messages),
    ]


def _articles(count: int) -> str:
    return ngettext("{number} article", "{number} articles", count)


def _questions(count: int) -> str:
    return ngettext("{number} question", "{number} questions", count)


def _answers(count: int) -> str:
    return ngettext("{number} answer", "{number} answers", count)


def _exported(user_id: int, kept: Kept) -> bytes:
    rows = {
        "user": str(user_id),
        "added": [
            {"article": a.id, "title": a.title, "added_at": a.added_at.isoformat()} for a in kept.added
        ],
        "asked": [
            {"asked_at": q.asked_at.isoformat(), "question": q.text, "club": q.club, "answered": q.answered}
            for q in kept.asked
        ],
        "sent": [
            {"kind": n.kind.value, "question": n.question, "words": n.words, "at": n.at.isoformat()}
            for n in kept.notes
        ],
        "verdicts": [
            {"answer": v.answer_id, "right": v.right, "at": v.at.isoformat()} for v in kept.verdicts
        ],
        "audit": [
            {
                "action": act.action,
                "article": act.article_id,
                "title": act.title,
                "at": act.at.isoformat(),
                "reason": act.reason,
            }
            for act in kept.acts
        ],
        "drafts": list(map(draft_fields, kept.drafts)),
        "feeds": [
            {"feed": f.id, "title": f.title, "url": f.url, "added_at": f.added_at.isoformat()}
            for f in kept.feeds
        ],
    }
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()
