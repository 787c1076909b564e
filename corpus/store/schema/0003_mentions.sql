-- What an article mentions (corpus.mentions), a line each; a country and a name are parted by a tab.
-- A missing row is written when mentions are first asked for: deleting them all renews them.

CREATE TABLE mentions (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    words TEXT NOT NULL,
    names TEXT NOT NULL,
    countries TEXT NOT NULL
);
