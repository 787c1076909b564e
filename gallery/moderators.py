"""What moderators see."""

import json
from datetime import timedelta

from gallery.fans import OWN_ARTICLE, WHO
from gallery.scene import Scene
from gallery.stage import TODAY, Offered, Stage
from tests.discord_double import Attachment, Reply

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


async def nicknamed(here: Stage) -> Reply:
    for alias, name in (("the professor", "Xabi Alonso"), ("carletto", "Carlo Ancelotti")):
        await here.moderator.slash(here.channel, "alias add", alias=alias, name=name)
    return await here.moderator.slash(here.channel, "alias list")


async def other_file(here: Stage) -> Reply:
    file = Attachment("articles.pdf", b"%PDF")
    return await here.moderator.slash(here.channel, "article add", file=file)


ARTICLES = (
    Scene("article-add-form", "The form for an article.", form),
    Scene("article-preview", "An article before it counts.", previewed),
    Scene("article-near-duplicate", "An article that is much like one that is there.", previewed_again),
    Scene("article-added", "An article accepted.", accepted),
    Scene("article-cancelled", "An article that was not.", cancelled),
    Scene("add-as-article", "What a message says, as an article.", preview_of_a_message),
    Scene("article-edit-form", "The form with an article that is to be changed.", edit_form),
    Scene("article-edit-file", "An article that is too long for a form.", too_long_for_a_form),
    Scene("article-file", "A file with articles, and why some of them were refused.", file_with_refusals),
    Scene("article-list", "The articles that answer this server's questions.", listed),
    Scene("article-offered", "Articles are offered while one types.", offered_to_show),
    Scene("article-show", "One article.", shown),
    Scene("article-removed", "An article removed, with the answers that quoted it.", removed),
    Scene("article-restored", "It is back.", restored),
    Scene("audit", "Who did what.", audited),
    Scene("queue-list", "What members sent to the moderators.", queued),
    Scene("alias-list", "A server's own nicknames.", nicknamed),
)
REFUSALS = (
    Scene("article-form-refused", "A form that can't be stored: no word is lost.", typed_in_vain),
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
