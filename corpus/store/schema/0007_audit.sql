-- Who changed which article of a server, and when. `member` is empty where it was nobody of Discord,
-- or somebody who wants to be forgotten.

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    member INTEGER,
    action TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    reason TEXT
);

CREATE INDEX audit_guild ON audit (guild_id, id);
