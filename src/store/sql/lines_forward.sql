AS g (key, entry))
-- The lines that answer, and what came out of a transformation (role 3, made).
SELECT movement.* FROM given
JOIN movement ON movement.of_line = given.key
UNION ALL
SELECT movement.* FROM given
JOIN movement ON movement.key BETWEEN given.entry << 10 AND (given.entry << 10) | 1023
WHERE movement.role = 3
