-- Servers that the bot has left, since when: what is theirs is deleted a while after.

CREATE TABLE departures (
    guild_id INTEGER PRIMARY KEY,
    left_at INTEGER NOT NULL
);
