-- What members sent to a server's moderators: a question without an answer, or what is wrong with an answer.
-- `message_id` is that of the answer; without `channel_id`, only the member sees it.

CREATE TABLE queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    member_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    channel_id INTEGER,
    message_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    words TEXT NOT NULL
);

CREATE INDEX queue_guild ON queue (guild_id, kind, member_id);
