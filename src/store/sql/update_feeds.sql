AS g (kid, log, seq_max, last_id, anchored))
INSERT INTO feed (kid, log, seq_max, last_id, anchored)
SELECT kid, log, seq_max, last_id, anchored FROM given
ON CONFLICT (kid, log) DO UPDATE
SET seq_max = excluded.seq_max, last_id = excluded.last_id, anchored = excluded.anchored
