-- Where else the story of an article is told. A row without guild_id is seen by every server that sees the
-- article; a server's own link to a shared article is seen by that server only.

CREATE TABLE links (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    guild_id INTEGER,
    published_at INTEGER,
    added_at INTEGER NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT
);

CREATE UNIQUE INDEX links_article ON links (article_id, COALESCE(guild_id, 0), url);

CREATE INDEX links_url ON links (url);

CREATE INDEX articles_url ON articles (url);
