"""For how long what people and servers leave behind is kept."""

from datetime import timedelta

DRAFTS_KEPT = timedelta(days=1)
"""Those that wait to be accepted."""
QUESTIONS_KEPT = timedelta(days=30)
REMOVED_KEPT = timedelta(days=30)
"""Removed articles, which can be restored."""
VERDICTS_KEPT = timedelta(days=365)
"""Whether answers were right."""
LEFT_SERVERS_KEPT = timedelta(days=30)
"""What is a server's, once the bot was thrown out: it may be invited again."""
AUDIT_KEPT = timedelta(days=365)
AUDIT_LINES_KEPT = 10_000
"""Of each server."""
