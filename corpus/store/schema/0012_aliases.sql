-- A server's own nicknames, folded (corpus.names.fold) and as they were written, each with whom it means.

CREATE TABLE aliases (
    guild_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    alias TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (guild_id, key)
) WITHOUT ROWID;
