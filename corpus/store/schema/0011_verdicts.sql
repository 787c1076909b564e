-- What members say of answers: right or not. The quotes that they judged are kept with it, never the question.

CREATE TABLE verdicts (
    guild_id INTEGER NOT NULL,
    answer_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    was_right INTEGER NOT NULL,
    quotes TEXT NOT NULL,
    PRIMARY KEY (guild_id, answer_id, member_id)
) WITHOUT ROWID;
