"""What fans see."""

from datetime import timedelta

from discord import Permissions

from corpus.types import KeptQuestion
from gallery.scene import Scene
from gallery.stage import TODAY, Stage
from tests.discord_double import Channel, Reply

WHO = "who replaces Ancelotti?"
NEWS = "what is new about Xabi Alonso?"
OWN_ARTICLE = """\
---
title: Alonso asks for a midfielder
publisher: Ultras' own notes
date: 2025-05-27
---

Xabi Alonso replaces Carlo Ancelotti and wants Real Madrid to buy a new midfielder this summer.
"""


MAIER = (
    """\
---
title: Everton close in on Maier
publisher: The Echo
date: 2025-05-20
---

Everton are close to signing Bruno Maier.
""",
    """\
---
title: Maier signs
publisher: The Echo
date: 2025-05-26
---

Bruno Maier has joined Everton.
""",
)
LOCALES = {"Jana": "de", "Inés": "es-ES", "Chloé": "fr"}


async def overtaken(here: Stage) -> Reply:
    await here.add(*MAIER)
    return await here.ask("who is Bruno Maier signing for?")


async def other_languages(here: Stage) -> Channel:
    for name, locale in LOCALES.items():
        member = here.guild.add_member(name, locale=locale)
        await member.slash(here.channel, "ask", question=WHO)
    return here.channel


async def help_in_other_languages(here: Stage) -> Channel:
    for name, locale in LOCALES.items():
        await here.guild.add_member(name, locale=locale).slash(here.channel, "help")
    return here.channel


async def keep_questions(here: Stage) -> None:
    await here.owner.slash(here.channel, "admin config set", keep_questions=True)


async def changes(here: Stage) -> Reply:
    await keep_questions(here)
    for question in (WHO, "how much did Harry Kane cost?"):
        earlier = TODAY - timedelta(hours=1)
        asked = KeptQuestion(here.guild.id, here.fan.id, earlier, question, None, True, False)
        await here.services.store.questions.save(asked)
    await here.add(OWN_ARTICLE)
    return await here.fan.slash(here.channel, "rumour changes")


async def no_changes(here: Stage) -> Reply:
    await keep_questions(here)
    await here.ask(WHO)
    return await here.fan.slash(here.channel, "rumour changes")


async def asked_nothing(here: Stage) -> Reply:
    await keep_questions(here)
    return await here.fan.slash(here.channel, "rumour changes")


async def privacy_with_questions(here: Stage) -> Reply:
    await keep_questions(here)
    await here.ask(WHO)
    return await here.fan.slash(here.channel, "privacy show")


async def judged(here: Stage) -> Reply:
    asked = await asked_whether_right(here)
    await asked.click(here.fan, "No")
    return asked


async def reported_to_moderators(here: Stage) -> Reply:
    return await (await reported(here)).submit(here.fan, words="The second one is about another Alonso.")


async def sent_to_moderators(here: Stage) -> Reply:
    return await (await here.ask("who won the super bowl?")).click(here.fan, "Send to moderators")


async def restarted(here: Stage) -> Reply:
    form = await reported(here)
    here.forget_forms()
    return await form.submit(here.fan, words="The second one is about another Alonso.")


async def mentioned_elsewhere(here: Stage) -> Reply:
    await here.owner.slash(here.channel, "admin config set", channel=here.channel)
    return await here.fan.mention(here.guild.add_channel("lounge"), WHO)


async def no_embeds(here: Stage) -> Reply:
    here.channel.deny(here.guild.me, Permissions(embed_links=True).value)
    return await here.fan.mention(here.channel, WHO)


async def more(here: Stage) -> Reply:
    return await (await here.ask(NEWS)).click(here.fan, "More")


async def prove(here: Stage) -> Reply:
    return await (await here.ask(WHO)).click(here.fan, "Prove it")


async def sources(here: Stage) -> Reply:
    return await (await here.ask(NEWS)).click(here.fan, "Sources")


async def asked_whether_right(here: Stage) -> Reply:
    return await (await here.ask(WHO)).click(here.fan, "Was this right?")


async def reported(here: Stage) -> Reply:
    return await (await here.ask(WHO)).click(here.fan, "Report")


async def followed_up(here: Stage) -> Reply:
    answer = await here.fan.mention(here.channel, WHO)
    return await here.fan.reply_to(answer, "and who would be interim boss?")


async def withdrawn(here: Stage) -> Reply:
    [article] = await here.add(OWN_ARTICLE)
    answer = await here.ask(WHO)
    await here.moderator.slash(here.channel, "article remove", id=article)
    return await answer.until(lambda seen: "withdrawn" in seen.text)


async def checked(here: Stage) -> Reply:
    message = here.friend.says(here.channel, "Alonso is the new Real Madrid coach, done deal!!")
    return await here.fan.use_on_message(here.channel, "Check this rumour", message)


async def checked_nothing(here: Stage) -> Reply:
    message = here.friend.says(here.channel, "Messi back to Barcelona, here we go!")
    return await here.fan.use_on_message(here.channel, "Check this rumour", message)


async def checked_wordless(here: Stage) -> Reply:
    message = here.friend.says(here.channel, "<:shrug:123456789>")
    return await here.fan.use_on_message(here.channel, "Check this rumour", message)


async def too_fast(here: Stage) -> Reply:
    for _ in range(here.services.config.limits.member_questions):
        await here.ask(WHO)
    return await here.ask(WHO)


async def forgotten(here: Stage) -> Reply:
    answer = await here.ask(WHO)
    await here.services.store.answers.prune(TODAY + timedelta(seconds=1))
    return await answer.click(here.fan, "Sources")


async def exported(here: Stage) -> Reply:
    await here.add(OWN_ARTICLE)
    return await here.moderator.slash(here.channel, "privacy export")


async def privacy_of_a_moderator(here: Stage) -> Reply:
    await here.add(OWN_ARTICLE)
    return await here.moderator.slash(here.channel, "privacy show")


async def forgot(here: Stage) -> Reply:
    await here.add(OWN_ARTICLE)
    return await here.moderator.slash(here.channel, "privacy forget")


ANSWERS = (
    Scene(
        "answer", "An answer: quotes, word for word, with who reported them and when.", lambda h: h.ask(WHO)
    ),
    Scene("more", "More: further quotes, for whoever clicks.", more),
    Scene("prove-it", "Prove it: the quotes amid the paragraphs around them.", prove),
    Scene("sources", "Sources: every article behind an answer.", sources),
    Scene("was-this-right", "Was this right? Asked privately of whoever clicks.", asked_whether_right),
    Scene("report", "The form to report an answer.", reported),
    Scene(
        "old-answer",
        "Amber: the newest source is more than two weeks old.",
        lambda h: h.ask("how much did Harry Kane cost?"),
    ),
    Scene("nothing-found", "Nothing found.", lambda h: h.ask("who won the super bowl?")),
    Scene(
        "only-this-week",
        "Only articles of the last seven days, and for nobody else to see.",
        lambda h: h.ask("who coaches Real Madrid?", since="7 days", private=True),
    ),
    Scene(
        "only-about-a-club",
        "Only what mentions a club.",
        lambda h: h.ask("who is the new coach?", club="Real Madrid"),
    ),
    Scene("overtaken", "A quote that a newer one overtook.", overtaken),
    Scene("judged", "What was said of an answer.", judged),
    Scene("reported", "A report that was sent.", reported_to_moderators),
    Scene("sent-to-moderators", "A question without an answer that was sent.", sent_to_moderators),
    Scene("other-languages", "The same in German, Spanish and French; quotes stay.", other_languages),
    Scene("mention", "A mention is a question.", lambda h: h.fan.mention(h.channel, WHO)),
    Scene("follow-up", "A reply to an answer is understood with what was asked before.", followed_up),
    Scene("withdrawn", "An answer after one of its articles was removed.", withdrawn),
)
LOOKING_UP = (
    Scene("check-this-rumour", "What the articles say about a message.", checked),
    Scene("check-nothing", "A message that the articles say nothing about.", checked_nothing),
    Scene(
        "rumour-names",
        "Names are offered while one types.",
        lambda h: h.offered(h.fan, "rumour about", "name", "real"),
    ),
    Scene(
        "rumour-about",
        "The newest reports on a player, a manager or a club.",
        lambda h: h.fan.slash(h.channel, "rumour about", name="Aurélien Tchouaméni"),
    ),
    Scene("rumour-latest", "The newest articles.", lambda h: h.fan.slash(h.channel, "rumour latest")),
    Scene("rumour-changes", "What is new about what one asked before.", changes),
    Scene("rumour-no-changes", "Nothing is.", no_changes),
    Scene(
        "source-list",
        "Who published the articles.",
        lambda h: h.fan.slash(h.channel, "source list"),
    ),
    Scene(
        "source-show",
        "The articles of a publisher.",
        lambda h: h.fan.slash(h.channel, "source show", name="TEAMtalk"),
    ),
    Scene("help", "Help, for a fan.", lambda h: h.fan.slash(h.channel, "help")),
    Scene("help-in-other-languages", "Help in German, Spanish and French.", help_in_other_languages),
    Scene("mention-alone", "A mention without a question.", lambda h: h.fan.mention(h.channel, "")),
    Scene("privacy", "What is kept of a fan.", lambda h: h.fan.slash(h.channel, "privacy show")),
    Scene("privacy-questions", "The same where the server keeps questions.", privacy_with_questions),
    Scene("privacy-of-a-moderator", "What is kept of a moderator.", privacy_of_a_moderator),
    Scene("privacy-export", "The same as a file.", exported),
    Scene("privacy-forget", "Forgotten.", forgot),
)
REFUSALS = (
    Scene(
        "rumour-unknown-name",
        "A name that no article mentions.",
        lambda h: h.fan.slash(h.channel, "rumour about", name="Lionel Messi"),
    ),
    Scene(
        "ask-club-misspelt",
        "A club that no article mentions, with the nearest names.",
        lambda h: h.ask("who will they sign?", club="Liverpol"),
    ),
    Scene(
        "ask-club-unclear",
        "The beginning of several names.",
        lambda h: h.ask("who will they sign?", club="Real"),
    ),
    Scene(
        "source-unknown",
        "A publisher of nothing.",
        lambda h: h.fan.slash(h.channel, "source show", name="The Onion"),
    ),
    Scene(
        "rumour-changes-not-kept",
        "What is new, where questions are not kept.",
        lambda h: h.fan.slash(h.channel, "rumour changes"),
    ),
    Scene("rumour-changes-nothing-asked", "What is new, for who asked nothing.", asked_nothing),
    Scene("mention-elsewhere", "A mention outside the channels that were chosen.", mentioned_elsewhere),
    Scene("mention-without-embeds", "A mention where the bot may not show embeds.", no_embeds),
    Scene("form-over-a-restart", "A form that was open while the bot was restarted.", restarted),
    Scene("check-without-words", "A message without words.", checked_wordless),
    Scene("too-fast", "Too many questions within twenty seconds.", too_fast),
    Scene("forgotten-answer", "A button of an answer that is too old.", forgotten),
    Scene(
        "direct-message",
        "A command in direct messages.",
        lambda h: h.fan.slash(h.fan.direct, "ask", question=WHO, validate=False),
    ),
    Scene(
        "no-rights",
        "A command of moderators, used by a fan.",
        lambda h: h.fan.slash(h.channel, "article add", validate=False),
    ),
)
