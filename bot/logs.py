"""Logging for the command line: to stderr, and never with a secret in it."""

import logging
from collections.abc import Collection

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_TALKATIVE = ("aiosqlite", "asyncio", "discord", "urllib3")
"""Libraries whose debug messages help nobody here, or hold the tokens of interactions."""


class RedactingFormatter(logging.Formatter):
    """Puts stars in the place of secrets, tracebacks included."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__(FORMAT)
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def set_up_logging(level: str, secrets: Collection[str] = ()) -> None:
    """Log to stderr from `level` on, a name as in the configuration."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger().level))
