"""How many questions a member and a server may ask: the rest wait for their turn."""

from datetime import UTC, datetime, timedelta

from discord.ext.commands import Cooldown, CooldownMapping

from bot.config import LimitsSection

WINDOW_S = 20.0


class TooFastError(Exception):
    """Too many questions. `until` is when the next will be answered; `by_server`: not only this member's."""

    def __init__(self, until: datetime, *, by_server: bool) -> None:
        super().__init__(f"too many questions until {until}")
        self.until = until
        self.by_server = by_server


class Pace:
    """Counts from the start of the program, days in UTC."""

    def __init__(self, limits: LimitsSection) -> None:
        self._members = _mapping(limits.member_questions)
        self._servers = _mapping(limits.server_questions)
        self._a_day = limits.server_questions_a_day
        self._day = datetime.min.replace(tzinfo=UTC)
        self._asked: dict[int, int] = {}

    def take(self, guild_id: int, member_id: int, now: datetime) -> None:
        """Count a question. Raises TooFastError where it may not be asked yet; it doesn't count then."""
        self._begin_day(now)
        if self._asked.get(guild_id, 0) >= self._a_day:
            raise TooFastError(self._day + timedelta(days=1), by_server=True)
        at = now.timestamp()
        windows = ((self._members, (guild_id, member_id)), (self._servers, guild_id))
        for mapping, key in windows:
            if wait_s := _wait(mapping, key, at):
                raise TooFastError(now + timedelta(seconds=wait_s), by_server=mapping is self._servers)
        for mapping, key in windows:
            mapping.update_rate_limit(key, at)
        self._asked[guild_id] = self._asked.get(guild_id, 0) + 1

    def _begin_day(self, now: datetime) -> None:
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if day > self._day:
            self._day, self._asked = day, {}


def _mapping(questions: int) -> "CooldownMapping[object]":
    return CooldownMapping(Cooldown(questions, WINDOW_S), lambda key: key)


def _wait(mapping: "CooldownMapping[object]", key: object, at: float) -> float:
    """Seconds until the next question, 0 where it may be asked."""
    bucket = mapping.get_bucket(key, at)
    return bucket.get_retry_after(at) if bucket else 0.0
