-- Questions that servers which turned it on keep for a while; `follows` marks what followed up on another.

CREATE TABLE questions (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    member INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    club TEXT,
    answered INTEGER NOT NULL,
    follows INTEGER NOT NULL
);

CREATE INDEX questions_member ON questions (guild_id, member);
