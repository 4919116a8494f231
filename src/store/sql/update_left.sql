AS g (key, left_amount, disputed))
UPDATE movement
SET left_amount = given.left_amount, disputed = given.disputed
FROM given
WHERE movement.key = given.key
