"""What the administrators of a server see."""

from gallery.fans import OWN_ARTICLE, WHO
from gallery.scene import Scene
from gallery.stage import Stage
from tests.discord_double import Reply


async def panel(here: Stage) -> Reply:
    reply = await here.owner.slash(here.channel, "admin setup")
    await reply.pick(here.owner, "setup:role", here.guild.add_role("Stewards"))
    await reply.pick(here.owner, "setup:channels", here.channel)
    await reply.click(here.owner, "Private unless asked otherwise: no")
    return reply


async def configured(here: Stage) -> Reply:
    log = here.guild.add_channel("log")
    return await here.owner.slash(here.channel, "admin config set", log_channel=log, keep_questions=True)


async def reset(here: Stage) -> Reply:
    await configured(here)
    return await here.owner.slash(here.channel, "admin config reset", setting="everything")


async def no_rights_in_log(here: Stage) -> Reply:
    log = here.guild.add_channel("log")
    log.deny(here.guild.me, 1 << 11)
    return await here.owner.slash(here.channel, "admin config set", log_channel=log)


async def status(here: Stage) -> Reply:
    await here.add(OWN_ARTICLE)
    return await here.owner.slash(here.channel, "admin status")


async def exported(here: Stage) -> Reply:
    await here.add(OWN_ARTICLE)
    return await here.owner.slash(here.channel, "admin export")


async def purge_form(here: Stage) -> Reply:
    return await here.owner.slash(here.channel, "admin purge")


async def purged(here: Stage) -> Reply:
    await here.add(OWN_ARTICLE)
    await here.ask(WHO)
    reply = await (await purge_form(here)).submit(here.owner, name=here.guild.name)
    return await reply.until(lambda seen: "earlier" in seen.text)


async def not_purged(here: Stage) -> Reply:
    return await (await purge_form(here)).submit(here.owner, name="Rivals")


ADMINISTRATION = (
    Scene("admin-setup", "The panel: each choice counts at once.", panel),
    Scene("admin-config-set", "Single settings.", configured),
    Scene(
        "admin-config-show",
        "As it is where nothing was chosen.",
        lambda h: h.owner.slash(h.channel, "admin config show"),
    ),
    Scene("admin-config-reset", "Every choice taken back.", reset),
    Scene("admin-status", "How the bot is.", status),
    Scene("admin-export", "All that is the server's, to take away.", exported),
    Scene("admin-purge-form", "Before everything is deleted.", purge_form),
    Scene("admin-purged", "After it, with the answers that quoted what is gone.", purged),
)
REFUSALS = (
    Scene("admin-log-channel-refused", "A channel that the bot can't write to.", no_rights_in_log),
    Scene("admin-not-purged", "Another name than the server's.", not_purged),
    Scene(
        "admin-no-rights",
        "A command of administrators, used by a moderator.",
        lambda h: h.moderator.slash(h.channel, "admin status", validate=False),
    ),
)
