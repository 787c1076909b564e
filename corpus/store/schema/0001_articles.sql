-- Times are seconds since 1970 in UTC; a row without guild_id is shared by every server.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);

INSERT INTO meta (name, value) VALUES ('revision', 0);

-- The text comes last, so that reading the columns before it touches no overflow page.
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER,
    published_at INTEGER,
    added_at INTEGER NOT NULL,
    added_by INTEGER,
    content_hash TEXT NOT NULL,
    key TEXT NOT NULL,
    external_id TEXT,
    title TEXT NOT NULL,
    publisher TEXT,
    author TEXT,
    url TEXT,
    text TEXT NOT NULL
);

CREATE UNIQUE INDEX articles_key ON articles (COALESCE(guild_id, 0), key);

CREATE INDEX articles_published ON articles (guild_id, published_at);

CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start_char INTEGER NOT NULL CHECK (start_char >= 0),
    end_char INTEGER NOT NULL CHECK (end_char > start_char),
    checksum INTEGER NOT NULL,
    model TEXT NOT NULL,
    vector BLOB NOT NULL
);

CREATE INDEX passages_article ON passages (article_id);

CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER,
    asked_at INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    quotes TEXT NOT NULL
);

CREATE INDEX answers_asked ON answers (asked_at);
