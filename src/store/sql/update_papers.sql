AS g (key, left_amount))
UPDATE paper
SET left_amount = given.left_amount
FROM given
WHERE paper.key = given.key
