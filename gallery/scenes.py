"""All scenes, section by section. A new one is a line in the module of those who see it."""

from gallery import administrators, fans, moderators
from gallery.scene import Section

SECTIONS = (
    Section("Answers", fans.ANSWERS),
    Section("What fans look up", fans.LOOKING_UP),
    Section("What fans are told when it can't be done", fans.REFUSALS),
    Section("Moderators", moderators.ARTICLES),
    Section("What moderators are told when it can't be done", moderators.REFUSALS),
    Section("Administrators", administrators.ADMINISTRATION),
    Section("What administrators are told when it can't be done", administrators.REFUSALS),
)
