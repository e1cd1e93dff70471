-- +goose Up

-- Times are microseconds since 1970 in UTC, 0 for none. Identifiers begin with
-- their creation time, so a table keyed by them grows at its end.

CREATE TABLE verifications (
    id            TEXT    NOT NULL PRIMARY KEY,
    service       TEXT    NOT NULL,
    number        BLOB    NOT NULL, -- keyed hash of the number, to find it by
    sealed_number BLOB    NOT NULL, -- the number itself, encrypted for this row
    country       TEXT    NOT NULL,
    line          TEXT    NOT NULL,
    channel       TEXT    NOT NULL,
    locale        TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    code_length   INTEGER NOT NULL,
    code_key      INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    sealed_code   BLOB,             -- a caller's own code, NULL once the verification has ended for good
    checks        INTEGER NOT NULL,
    max_checks    INTEGER NOT NULL,
    sends         INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    ended_at      INTEGER NOT NULL,
    options       TEXT    NOT NULL  -- JSON
) STRICT, WITHOUT ROWID;

-- The live limit, the newest of a number, and lists by number.
CREATE INDEX verifications_number ON verifications (number, created_at);
CREATE INDEX verifications_country ON verifications (country);
-- What is live, to be swept in the order it expires.
CREATE INDEX verifications_live ON verifications (expires_at) WHERE status = 'pending';
-- The rare ends. The common ones are found near the end of the table.
CREATE INDEX verifications_rare ON verifications (status)
    WHERE status IN ('max_checks', 'canceled', 'failed', 'blocked');
-- What is left of callers' own codes, to be erased in time.
CREATE INDEX verifications_own_code ON verifications (expires_at) WHERE status = 'failed' AND sealed_code IS NOT NULL;

CREATE TABLE attempts (
    verification TEXT    NOT NULL REFERENCES verifications (id),
    n            INTEGER NOT NULL, -- counts the attempts of the verification
    id           TEXT    NOT NULL,
    step         INTEGER NOT NULL,
    channel      TEXT    NOT NULL,
    carrier      TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    cause        TEXT    NOT NULL,
    due_at       INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL,
    fence        INTEGER NOT NULL,
    owner        TEXT    NOT NULL, -- who claimed it
    lease_until  INTEGER NOT NULL,
    parts        TEXT    NOT NULL, -- JSON: the carrier's references and what became of each
    PRIMARY KEY (verification, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_open ON attempts (status, due_at) WHERE status IN ('queued', 'claimed', 'sending');

-- A carrier's references, by which receipts find their attempt.
CREATE TABLE refs (
    carrier      TEXT    NOT NULL,
    reference    TEXT    NOT NULL,
    verification TEXT    NOT NULL REFERENCES verifications (id),
    n            INTEGER NOT NULL, -- of the attempt
    PRIMARY KEY (carrier, reference)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    verification TEXT    NOT NULL REFERENCES verifications (id),
    seq          INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    attempt      TEXT    NOT NULL,
    channel      TEXT    NOT NULL, -- '' for the attempt's own; so is carrier
    carrier      TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    detail       TEXT    NOT NULL,
    PRIMARY KEY (verification, seq)
) STRICT, WITHOUT ROWID;

-- What requests were answered, so that a repeated one takes effect once.
CREATE TABLE once (
    owner   TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    request BLOB    NOT NULL, -- SHA-256
    answer  BLOB    NOT NULL, -- sealed
    at      INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX once_at ON once (at);

CREATE TABLE keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    service    TEXT    NOT NULL,
    hash       BLOB    NOT NULL UNIQUE, -- SHA-256 of the key
    scopes     TEXT    NOT NULL,        -- separated by spaces
    created_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
