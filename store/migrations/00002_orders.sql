-- +goose Up

-- The API of another vendor that a verification came through, and the
-- identifier that API gave it, to find it by.
ALTER TABLE verifications ADD COLUMN origin_api TEXT NOT NULL DEFAULT '';
ALTER TABLE verifications ADD COLUMN origin_id TEXT NOT NULL DEFAULT '';

CREATE INDEX verifications_origin ON verifications (origin_api, origin_id) WHERE origin_id <> '';

-- Calls and messages of a caller's own wording.
CREATE TABLE orders (
    id             TEXT    NOT NULL PRIMARY KEY,
    channel        TEXT    NOT NULL,
    service        TEXT    NOT NULL,
    number         BLOB,             -- keyed hash of the number, to find it by; NULL for a SIP address
    sealed_number  BLOB,
    country        TEXT    NOT NULL,
    line           TEXT    NOT NULL,
    sealed_address BLOB,             -- the SIP address
    status         TEXT    NOT NULL,
    carrier        TEXT    NOT NULL,
    outcome        TEXT    NOT NULL,
    cause          TEXT    NOT NULL,
    sealed_digits  BLOB,             -- keys the person pressed
    sealed_content BLOB,             -- JSON: the playlist or the text; NULL once it was erased
    parts          TEXT    NOT NULL, -- JSON: the carrier's references and what became of each
    options        TEXT    NOT NULL, -- JSON
    origin_api     TEXT    NOT NULL,
    origin_id      TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    due_at         INTEGER NOT NULL,
    deadline       INTEGER NOT NULL, -- it is not delivered after that
    started_at     INTEGER NOT NULL,
    answered_at    INTEGER NOT NULL,
    ended_at       INTEGER NOT NULL,
    erase_at       INTEGER NOT NULL, -- when the content is to go; 0 where that is not known yet or was done
    fence          INTEGER NOT NULL,
    owner          TEXT    NOT NULL, -- who claimed it
    lease_until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Identifiers of calls and messages sort together by what follows their prefix.
CREATE INDEX orders_age ON orders (substr(id, 4));
CREATE INDEX orders_number ON orders (number, substr(id, 4)) WHERE number IS NOT NULL;
CREATE INDEX orders_origin ON orders (origin_api, origin_id) WHERE origin_id <> '';
CREATE INDEX orders_queued ON orders (due_at) WHERE status = 'queued';
CREATE INDEX orders_held ON orders (lease_until) WHERE status IN ('claimed', 'sending', 'ringing', 'in_progress');
CREATE INDEX orders_erase ON orders (erase_at) WHERE erase_at > 0;

-- A carrier's references of orders. One that stands in refs as well is meant
-- there: what enters one here removes it there, so that one there is newer.
CREATE TABLE order_refs (
    carrier   TEXT NOT NULL,
    reference TEXT NOT NULL,
    order_id  TEXT NOT NULL REFERENCES orders (id),
    PRIMARY KEY (carrier, reference)
) STRICT, WITHOUT ROWID;

CREATE INDEX order_refs_order ON order_refs (order_id);

-- What the APIs of other vendors keep.
CREATE TABLE records (
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    parent      TEXT    NOT NULL, -- the id of what it belongs to
    service     TEXT    NOT NULL,
    sealed_body BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX records_parent ON records (parent) WHERE parent <> '';

-- Uses of limits, each in the window that its first use began.
CREATE TABLE counters (
    key     BLOB    NOT NULL, -- keyed hash
    span    INTEGER NOT NULL, -- microseconds
    uses    INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (key, span)
) STRICT, WITHOUT ROWID;

CREATE INDEX counters_end ON counters (ends_at);
