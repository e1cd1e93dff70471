-- +goose Up

-- Work is claimed by its channel, so that much that is due by one does not
-- stand before what is due by another.
DROP INDEX attempts_open;
CREATE INDEX attempts_open ON attempts (status, channel, due_at) WHERE status IN ('queued', 'claimed', 'sending');
DROP INDEX orders_queued;
CREATE INDEX orders_queued ON orders (channel, due_at) WHERE status = 'queued';
