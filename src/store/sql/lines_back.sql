AS g (key, entry))
-- The lines that were cited, and what went into a transformation (role 7, used).
SELECT movement.* FROM given
JOIN movement ON movement.key = given.key
UNION ALL
SELECT movement.* FROM given
JOIN movement ON movement.key BETWEEN given.entry << 10 AND (given.entry << 10) | 1023
WHERE movement.role = 7
