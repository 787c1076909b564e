-- Articles that were removed from servers, kept aside for a while so that they can be brought back.

CREATE TABLE removed (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    removed_at INTEGER NOT NULL,
    removed_by INTEGER,
    published_at INTEGER,
    added_at INTEGER NOT NULL,
    added_by INTEGER,
    content_hash TEXT NOT NULL,
    external_id TEXT,
    title TEXT NOT NULL,
    publisher TEXT,
    author TEXT,
    url TEXT,
    text TEXT NOT NULL
);

CREATE INDEX removed_guild ON removed (guild_id, removed_at);
