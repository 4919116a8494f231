-- Forgets which record stands for which rows of imported tables: then a second device may sign them again.
DROP TABLE imported;
