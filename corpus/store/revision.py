"""The counter that tells another process's changes: it grows with every transaction that touches articles."""

from corpus.store.database import Database, Transaction


async def read_revision(database: Database) -> int:
    [(revision,)] = await database.fetch("SELECT value FROM meta WHERE name = 'revision'")
    return int(revision)


async def bump_revision(transaction: Transaction) -> int:
    """Adds one; returns the new revision."""
    [(revision,)] = await transaction.fetch(
        "UPDATE meta SET value = value + 1 WHERE name = 'revision' RETURNING value"
    )
    return int(revision)
