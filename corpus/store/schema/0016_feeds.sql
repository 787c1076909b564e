-- Feeds that a server follows, or, without guild_id, the host for all servers, and what became of their items.
-- A feed is asked for again at `next_at`; one that `ended` never is. Its `words` and `last_error` are JSON.
-- An item's key and digest are hashes of its key and of what the feed said of it. While it is `pending`, `item`
-- holds that as JSON, and it is worked off from `due_at` on. `content_hash` is what its article held when it was
-- stored, `intended_hash` what was about to be stored. A `quiet` one is not posted; one with `posting_at` is,
-- until `posted_at` is known.

CREATE TABLE feeds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    channel_id INTEGER,
    added_by INTEGER,
    added_at INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    next_at INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    last_error TEXT,
    told_failing_at INTEGER,
    paused INTEGER NOT NULL DEFAULT 0,
    ended INTEGER NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX feeds_guild ON feeds (COALESCE(guild_id, 0), url);
CREATE INDEX feeds_url ON feeds (url);
CREATE INDEX feeds_next ON feeds (next_at);

CREATE TABLE feed_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feed_id INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    guild_id INTEGER,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    quiet INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    article_id INTEGER,
    article_key TEXT,
    content_hash TEXT,
    intended_hash TEXT,
    posting_at INTEGER,
    posted_at INTEGER,
    item TEXT
);

CREATE UNIQUE INDEX feed_items_key ON feed_items (feed_id, key);
CREATE INDEX feed_items_article ON feed_items (article_id);
CREATE INDEX feed_items_article_key ON feed_items (article_key);
CREATE INDEX feed_items_waiting ON feed_items (feed_id, due_at) WHERE state = 'pending';
CREATE INDEX feed_items_posting ON feed_items (feed_id) WHERE posting_at IS NOT NULL AND posted_at IS NULL;

-- Hosts that want to be left alone until then.
CREATE TABLE feed_hosts (
    host TEXT PRIMARY KEY,
    quiet_until INTEGER NOT NULL
);
