-- What the administrators of a server chose; `ask_channels` holds ids as a JSON list.

CREATE TABLE guild_settings (
    guild_id INTEGER PRIMARY KEY,
    moderator_role INTEGER,
    log_channel INTEGER,
    ask_channels TEXT NOT NULL,
    private INTEGER NOT NULL,
    keep_questions INTEGER NOT NULL
);
