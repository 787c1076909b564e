"""What moderators see."""

import json
from datetime import timedelta

import discord

from bot.imports import ImportButton
from bot.render_articles import detached_embed
from gallery.fans import OWN_ARTICLE, WHO
from gallery.scene import Scene
from gallery.stage import AWAY, COPY, FEED, LINK, TODAY, Offered, Stage
from tests.discord_double import Attachment, Channel, Reply, click

TYPED = {
    "title": "Alonso asks for a midfielder",
    "publisher": "Ultras' own notes",
    "published_at": "2025-05-27",
    "text": "Xabi Alonso wants Real Madrid to buy a new midfielder this summer.",
}
ROWS = (
    {"id": "one", "title": "Kane stays", "text": "Harry Kane stays at Bayern Munich for another season."},
    {"id": "two", "title": "Nothing in it", "text": ""},
    {
        "id": "three",
        "title": "From the future",
        "text": "Kylian Mbappé leaves.",
        "published_at": "2031-01-01",
    },
    {"id": "four", "title": "No day", "text": "Arne Slot wants a striker.", "published_at": "soon"},
    {"id": "five", "title": "Slot wants a striker", "text": "Arne Slot wants a striker for Liverpool."},
)


async def form(here: Stage) -> Reply:
    return await here.moderator.slash(here.channel, "article add")


async def preview_of_a_message(here: Stage) -> Reply:
    said = "Alonso asks for a midfielder\nXabi Alonso wants Real Madrid to buy a new midfielder this summer."
    message = here.friend.says(here.channel, said)
    return await here.moderator.use_on_message(here.channel, "Add as article", message)


async def previewed(here: Stage) -> Reply:
    return await (await form(here)).submit(here.moderator, TYPED)


async def previewed_again(here: Stage) -> Reply:
    await here.add(OWN_ARTICLE)
    longer = OWN_ARTICLE.replace("this summer.", "this summer, two papers say.")
    return await here.moderator.slash(here.channel, "article add", file=Attachment("a.md", longer.encode()))


async def link(here: Stage) -> Reply:
    return await here.moderator.slash(here.channel, "article add", url=LINK)


async def link_in_vain(here: Stage) -> Reply:
    return await here.moderator.slash(here.channel, "article add", url=AWAY)


async def same_story(here: Stage) -> Reply:
    await (await link(here)).click(here.moderator, "Accept")
    return await here.moderator.slash(here.channel, "article add", url=COPY)


async def kept_once(here: Stage) -> Reply:
    preview = await same_story(here)
    await preview.click(here.moderator, "Keep once")
    return preview


async def told_twice(here: Stage) -> Reply:
    await kept_once(here)
    [choice] = await here.moderator.autocomplete(here.channel, "article show", focused=("id", "fee for"))
    return await here.moderator.slash(here.channel, "article show", id=str(choice["value"]))


async def accepted(here: Stage) -> Reply:
    preview = await previewed(here)
    await preview.click(here.moderator, "Accept")
    return preview


async def cancelled(here: Stage) -> Reply:
    preview = await previewed(here)
    await preview.click(here.moderator, "Cancel")
    return preview


async def edit_form(here: Stage) -> Reply:
    [article] = await here.add(OWN_ARTICLE)
    return await here.moderator.slash(here.channel, "article edit", id=article)


async def too_long_for_a_form(here: Stage) -> Reply:
    [article] = await here.add(OWN_ARTICLE + "\n\n" + "They talk about it every day. " * 200)
    return await here.moderator.slash(here.channel, "article edit", id=article)


async def restored(here: Stage) -> Reply:
    [article] = await here.add(OWN_ARTICLE)
    await here.moderator.slash(here.channel, "article remove", id=article)
    return await here.moderator.slash(here.channel, "article restore", id=article)


async def audited(here: Stage) -> Reply:
    [article] = await here.add(OWN_ARTICLE)
    await here.moderator.slash(here.channel, "article remove", id=article, reason="It was a joke")
    return await here.moderator.slash(here.channel, "audit")


async def in_vain_without_the_role(here: Stage) -> Reply:
    role = here.guild.add_role("Stewards")
    await here.owner.slash(here.channel, "admin config set", moderator_role=role)
    return await here.fan.slash(here.channel, "queue list", validate=False)


async def gone_draft(here: Stage) -> Reply:
    preview = await previewed(here)
    await here.services.store.drafts.prune(TODAY + timedelta(seconds=1))
    reply = await preview.click(here.moderator, "Accept", wait="nothing")
    await reply.followup()
    return reply


async def typed_in_vain(here: Stage) -> Reply:
    fields = {**TYPED, "published_at": "yesterday"}
    return await (await form(here)).submit(here.moderator, fields)


async def file_with_refusals(here: Stage) -> Reply:
    lines = "\n".join([*map(json.dumps, ROWS), '{"title": "Cut off'])
    file = Attachment("articles.jsonl", lines.encode())
    return await here.moderator.slash(here.channel, "article import", file=file)


async def listed(here: Stage) -> Reply:
    await here.add(OWN_ARTICLE)
    return await here.moderator.slash(here.channel, "article list")


async def shown(here: Stage) -> Reply:
    [article] = await here.add(OWN_ARTICLE)
    return await here.moderator.slash(here.channel, "article show", id=article)


async def offered_to_show(here: Stage) -> Offered:
    return await here.offered(here.moderator, "article show", "id", "alonso")


async def removed(here: Stage) -> Reply:
    [article] = await here.add(OWN_ARTICLE)
    await here.ask(WHO)
    reply = await here.moderator.slash(here.channel, "article remove", id=article)
    return await reply.until(lambda seen: "earlier" in seen.text)


async def queued(here: Stage) -> Reply:
    missed = await here.ask("who won the super bowl?")
    await missed.click(here.fan, "Send to moderators")
    form = await (await here.ask(WHO)).click(here.friend, "Report")
    await form.submit(here.friend, words="The first one is a rumour about another Alonso.")
    return await here.moderator.slash(here.channel, "queue list")


async def done(here: Stage) -> Reply:
    missed = await here.ask("who won the super bowl?")
    await missed.click(here.fan, "Send to moderators")
    focused = ("id", "")
    [entry] = await here.moderator.autocomplete(here.channel, "queue done", focused=focused)
    return await here.moderator.slash(here.channel, "queue done", id=entry["value"])


async def nickname(here: Stage) -> Reply:
    return await here.moderator.slash(here.channel, "alias add", alias="the professor", name="Xabi Alonso")


async def nickname_understood(here: Stage) -> Reply:
    await nickname(here)
    return await here.ask("what is new about the professor?")


async def no_nickname(here: Stage) -> Reply:
    await nickname(here)
    return await here.moderator.slash(here.channel, "alias remove", alias="the professor")


async def long_import(here: Stage) -> Channel:
    """What an import shows whose message can't be changed any longer, and the button under it."""
    view = discord.ui.View()
    view.add_item(ImportButton())
    message = here.friend.says(here.channel, "")
    message.data |= {
        "author": here.guild.me.user.payload(),
        "embeds": [detached_embed(640).to_dict()],
        "components": view.to_components(),
    }
    return here.channel


async def lost_import(here: Stage) -> Reply:
    message = (await long_import(here)).messages[-1]
    return await click(here.moderator, message, "How far is it?")


async def form_over_a_restart(here: Stage) -> Reply:
    opened = await form(here)
    here.forget_forms()
    return await opened.submit(here.moderator, TYPED)


async def logged(here: Stage) -> Channel:
    log = here.guild.add_channel("log")
    await here.owner.slash(here.channel, "admin config set", log_channel=log)
    await here.owner.slash(here.channel, "admin config set", keep_questions=True)
    await queued(here)
    [article] = await here.add(OWN_ARTICLE)
    await here.moderator.slash(here.channel, "article remove", id=article)
    await here.moderator.slash(here.channel, "article restore", id=article)
    await here.double.until(lambda: len(log.messages) == 7, "all that the log channel is told")
    return log


async def nicknamed(here: Stage) -> Reply:
    for alias, name in (("the professor", "Xabi Alonso"), ("carletto", "Carlo Ancelotti")):
        await here.moderator.slash(here.channel, "alias add", alias=alias, name=name)
    return await here.moderator.slash(here.channel, "alias list")


async def fed(here: Stage) -> Reply:
    news = here.guild.add_channel("news")
    return await here.moderator.slash(here.channel, "feed add", url=FEED, words="Arsenal", channel=news)


async def feeds(here: Stage) -> Reply:
    await fed(here)
    return await here.moderator.slash(here.channel, "feed list")


async def paused_feed(here: Stage) -> Reply:
    await fed(here)
    [choice] = await here.moderator.autocomplete(here.channel, "feed pause", focused=("feed", ""))
    return await here.moderator.slash(here.channel, "feed pause", feed=str(choice["value"]))


async def resumed_feed(here: Stage) -> Reply:
    await fed(here)
    [choice] = await here.moderator.autocomplete(here.channel, "feed resume", focused=("feed", ""))
    return await here.moderator.slash(here.channel, "feed resume", feed=str(choice["value"]))


async def removed_feed(here: Stage) -> Reply:
    await fed(here)
    [choice] = await here.moderator.autocomplete(here.channel, "feed remove", focused=("feed", ""))
    return await here.moderator.slash(here.channel, "feed remove", feed=str(choice["value"]))


async def offered_feeds(here: Stage) -> Offered:
    await fed(here)
    return await here.offered(here.moderator, "feed pause", "feed", "news")


async def other_file(here: Stage) -> Reply:
    file = Attachment("articles.pdf", b"%PDF")
    return await here.moderator.slash(here.channel, "article add", file=file)


ARTICLES = (
    Scene("article-add-form", "The form for an article.", form),
    Scene("article-preview", "An article before it counts.", previewed),
    Scene("article-near-duplicate", "An article that is much like one that is there.", previewed_again),
    Scene("article-link", "The article of a web page before it counts.", link),
    Scene("article-same-story", "A story that is told already.", same_story),
    Scene("article-kept-once", "It is kept once, with both links.", kept_once),
    Scene("article-told-twice", "The article with its other link.", told_twice),
    Scene("article-added", "An article accepted.", accepted),
    Scene("article-cancelled", "An article that was not.", cancelled),
    Scene("add-as-article", "What a message says, as an article.", preview_of_a_message),
    Scene("article-edit-form", "The form with an article that is to be changed.", edit_form),
    Scene("article-edit-file", "An article that is too long for a form.", too_long_for_a_form),
    Scene("article-file", "A file with articles, and why some of them were refused.", file_with_refusals),
    Scene("article-import-long", "An import that takes longer than its message can change.", long_import),
    Scene("article-list", "The articles that answer this server's questions.", listed),
    Scene("article-offered", "Articles are offered while one types.", offered_to_show),
    Scene("article-show", "One article.", shown),
    Scene("article-removed", "An article removed, with the answers that quoted it.", removed),
    Scene("article-restored", "It is back.", restored),
    Scene("audit", "Who did what.", audited),
    Scene("help-of-a-moderator", "Help, for a moderator.", lambda h: h.moderator.slash(h.channel, "help")),
    Scene("queue-list", "What members sent to the moderators.", queued),
    Scene("queue-done", "An entry that is done.", done),
    Scene("log-channel", "What the log channel is told.", logged),
    Scene("alias-add", "A nickname of a server's own.", nickname),
    Scene("alias-understood", "It is understood at once.", nickname_understood),
    Scene("alias-remove", "It is no longer.", no_nickname),
    Scene("alias-list", "A server's own nicknames.", nicknamed),
    Scene("feed-add", "A feed that a server follows from now on.", fed),
    Scene(
        "feed-test",
        "What a feed holds.",
        lambda h: h.moderator.slash(h.channel, "feed test", url=FEED),
    ),
    Scene("feed-list", "The feeds of a server, and how they are.", feeds),
    Scene("feed-offered", "Feeds are offered while one types.", offered_feeds),
    Scene("feed-pause", "A feed that is left alone for a while.", paused_feed),
    Scene("feed-resume", "It is followed again.", resumed_feed),
    Scene("feed-remove", "It is no longer.", removed_feed),
)
REFUSALS = (
    Scene("article-link-in-vain", "A page whose article can't be had.", link_in_vain),
    Scene("article-form-refused", "A form that can't be stored: no word is lost.", typed_in_vain),
    Scene("no-role", "A command of moderators, without the role for it.", in_vain_without_the_role),
    Scene("article-form-over-a-restart", "A form that was open over a restart.", form_over_a_restart),
    Scene("article-import-forgotten", "An import of before a restart.", lost_import),
    Scene(
        "alias-of-everyday",
        "A nickname that would make questions worse.",
        lambda h: h.moderator.slash(h.channel, "alias add", alias="will", name="Xabi Alonso"),
    ),
    Scene(
        "queue-not-there",
        "An entry that is not there.",
        lambda h: h.moderator.slash(h.channel, "queue done", id="9"),
    ),
    Scene("article-draft-gone", "A button of a preview that is too old.", gone_draft),
    Scene("article-file-of-another-kind", "A file that can't be read.", other_file),
    Scene(
        "article-shared",
        "An article of all servers.",
        lambda h: h.moderator.slash(h.channel, "article remove", id="14"),
    ),
    Scene(
        "article-not-there",
        "An article that is not there.",
        lambda h: h.moderator.slash(h.channel, "article show", id="9999"),
    ),
    Scene(
        "article-no-number",
        "What is neither an article nor its number.",
        lambda h: h.moderator.slash(h.channel, "article show", id="the one about Alonso"),
    ),
)
