-- Times are milliseconds since 1970 in UTC. Unknown texts of a gate are '', because NULLs never equal each other.

CREATE TABLE approvals (
    n            INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    version      INTEGER NOT NULL,
    phase        TEXT NOT NULL,
    gate         INTEGER REFERENCES gates (n),
    execution    TEXT,
    attempt      INTEGER,
    requested_at INTEGER,
    deadline     INTEGER,
    expires_at   INTEGER,
    breached     INTEGER NOT NULL,
    due_at       INTEGER,
    outcome      TEXT,
    basis        TEXT,
    ended_at     INTEGER,
    listed_at    INTEGER,
    decided_by   TEXT,
    comment      TEXT,
    changed_at   INTEGER
) STRICT;

-- Each index holds only the rows that its question is about, so that a question costs what it answers.
CREATE INDEX approvals_due ON approvals (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX approvals_listed ON approvals (listed_at, id) WHERE phase <> 'unseen';
CREATE INDEX approvals_open ON approvals (listed_at, id) WHERE phase IN ('waiting', 'ended');
CREATE INDEX approvals_waiting ON approvals (gate, requested_at) WHERE phase = 'waiting';
CREATE INDEX approvals_execution ON approvals (execution) WHERE execution IS NOT NULL;

CREATE TABLE facts (
    approval INTEGER NOT NULL REFERENCES approvals (n),
    seq      INTEGER NOT NULL,
    fact     TEXT NOT NULL,
    PRIMARY KEY (approval, seq)
) STRICT, WITHOUT ROWID;

-- A gate under a policy, with its gauges.
CREATE TABLE gates (
    n        INTEGER PRIMARY KEY,
    account  TEXT NOT NULL,
    region   TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    stage    TEXT NOT NULL,
    action   TEXT NOT NULL,
    policy   TEXT NOT NULL,
    waiting  INTEGER NOT NULL DEFAULT 0,
    overdue  INTEGER NOT NULL DEFAULT 0,
    UNIQUE (pipeline, stage, action, region, account, policy)
) STRICT;

CREATE TABLE outbox (
    n          INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    approval   TEXT NOT NULL,
    effect     TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    token      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX outbox_ready ON outbox (not_before);

-- A piece of news of a pipeline execution. The text itself is part of the key, so that it is kept once.
CREATE TABLE executions (
    id       TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    region   TEXT NOT NULL,
    account  TEXT NOT NULL,
    news     TEXT NOT NULL,
    heard_at INTEGER NOT NULL,
    PRIMARY KEY (id, pipeline, region, account, news)
) STRICT, WITHOUT ROWID;

CREATE INDEX executions_heard ON executions (heard_at);

CREATE TABLE rejects (
    n      INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    body   TEXT NOT NULL
) STRICT;
