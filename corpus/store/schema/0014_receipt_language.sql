-- The language in which an answer was given; what is taken out of it later is told in the same.

ALTER TABLE receipts ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
