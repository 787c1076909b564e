"""What somebody who uses the bot sees of it, and whether Discord still waits for more."""

import json

from drills.patience import DISCORD_WAITS_S, SLOWNESS
from tests.discord_double import DiscordDouble, Message, Reply
from tests.discord_double.interactions import AUTOCOMPLETE, Interaction

GIVEN_UP = (10062, 40060)


class Seen:
    """Of a use that began now, by an interaction or a message."""

    def __init__(self, double: DiscordDouble, begun: Reply | Message) -> None:
        self._double = double
        self._begun = begun
        self.started_s = double.clock.monotonic()

    @property
    def interaction(self) -> Interaction | None:
        return self._begun.interaction if isinstance(self._begun, Reply) else None

    @property
    def reply(self) -> Reply:
        """What there is to see of it now."""
        if isinstance(self._begun, Reply):
            return self._begun
        answers = self._double.answers_to(self._begun)
        return Reply(self._double, answer=answers[0] if answers else None)

    @property
    def completes(self) -> bool:
        """Whether somebody is typing, who is offered something or nothing but never told a word."""
        return self.interaction is not None and self.interaction.kind == AUTOCOMPLETE

    @property
    def answered(self) -> bool:
        if self.interaction is None:
            return self.reply.messages != []
        return self.interaction.answered and not self.interaction.loading

    @property
    def told(self) -> bool:
        """Whether there are words, which nobody else sees where that is possible."""
        shown = self.reply.messages
        private = self.interaction is None or all(message.ephemeral for message in shown)
        return self.completes or (private and any(message.text for message in shown))

    @property
    def text(self) -> str:
        """Everything that is seen, whatever form it has."""
        reply = self.reply
        return reply.text + json.dumps([reply.modal, reply.choices], ensure_ascii=False)

    @property
    def delivered(self) -> bool:
        """Whether the bot was told of it."""
        begun = self._begun if isinstance(self._begun, Message) else self.interaction
        return begun is not None and self._double.gateway.delivered(begun.id)

    @property
    def is_past(self) -> bool:
        """Whether Discord waits no longer for a first answer, or says so."""
        if self._double.clock.monotonic() - self.started_s > DISCORD_WAITS_S * SLOWNESS:
            return True
        token = self.interaction.token if self.interaction else None
        asked = [r for r in reversed(self._double.requests) if r.at_s >= self.started_s]
        return any(r.code in GIVEN_UP and r.parameters.get("interaction_token") == token for r in asked)

    @property
    def unacknowledged(self) -> bool:
        return self.interaction is not None and self.interaction.acknowledgement is None
