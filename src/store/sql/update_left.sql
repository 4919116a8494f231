AS g (key, left_amount, disputed, held))
UPDATE movement
SET left_amount = given.left_amount, disputed = given.disputed, held = given.held
FROM given
WHERE movement.key = given.key
