AS g (kid, log, seq_max, last_id, anchored))
UPDATE signing_key
SET seq_max = given.seq_max, last_id = given.last_id, anchored = given.anchored
FROM given
WHERE signing_key.kid = given.kid AND signing_key.log = given.log
