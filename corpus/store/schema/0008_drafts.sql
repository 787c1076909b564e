-- Articles that a moderator looks at before they count. `edits` is the article that a draft is to replace,
-- and `edited_hash` what that held when it was begun.

CREATE TABLE drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    made_by INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    edits INTEGER,
    edited_hash TEXT,
    fields TEXT NOT NULL
);
