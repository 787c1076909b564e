"""What went wrong unexpectedly: logged with everything, told to people by a number alone."""

import logging
import secrets
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

log = logging.getLogger(__name__)

REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Incident:
    """`what` names a command, never what somebody typed."""

    at: datetime
    guild_id: int | None
    number: str
    what: str


class Incidents:
    """Those since the start, the last few of them."""

    def __init__(self) -> None:
        self._noted: deque[Incident] = deque(maxlen=REMEMBERED)

    def note(self, error: BaseException, what: str, guild_id: int | None) -> str:
        """Log an error, and the number under which it stands in the log."""
        incident = Incident(datetime.now(UTC), guild_id, secrets.token_hex(4), what)
        self._noted.appendleft(incident)
        log.error("Incident %s in %s", incident.number, what, exc_info=error)
        return incident.number

    def of(self, guild_id: int | None) -> list[Incident]:
        """A server's own, the newest first."""
        return [incident for incident in self._noted if incident.guild_id == guild_id]
