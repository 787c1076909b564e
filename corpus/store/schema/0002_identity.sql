-- What tells this database from every other: caches beside it name the one that they belong to.

CREATE TABLE identity (
    value TEXT NOT NULL
);

INSERT INTO identity (value) VALUES (lower(hex(randomblob(16))));

-- Listing the passages of a model reads no vector.
CREATE INDEX passages_model ON passages (model);
