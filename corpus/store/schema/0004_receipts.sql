-- Where in Discord quotes stand, so that they can be struck out there when an article no longer holds them.
-- `withdrawn` holds the numbers of the quotes that were, each with its second.

CREATE TABLE receipts (
    message_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    quotes TEXT NOT NULL,
    withdrawn TEXT NOT NULL
);

-- The articles that a message still quotes, each with the content that it was last compared with.
CREATE TABLE receipt_articles (
    message_id INTEGER NOT NULL REFERENCES receipts (message_id) ON DELETE CASCADE,
    article_id INTEGER NOT NULL,
    compared TEXT,
    PRIMARY KEY (message_id, article_id)
) WITHOUT ROWID;
