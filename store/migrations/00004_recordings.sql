-- +goose Up

-- Sounds that were uploaded for calls to play. The sound is the last column:
-- what stands before it is read without it.
CREATE TABLE recordings (
    id           TEXT    NOT NULL PRIMARY KEY,
    service      TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    format       TEXT    NOT NULL,
    duration     INTEGER NOT NULL, -- microseconds
    bytes        INTEGER NOT NULL, -- of the file
    created_at   INTEGER NOT NULL,
    sealed_sound BLOB    NOT NULL
) STRICT;

-- How many a service keeps, and of what size.
CREATE INDEX recordings_service ON recordings (service, bytes);
