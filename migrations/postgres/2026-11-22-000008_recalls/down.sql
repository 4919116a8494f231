-- The list of recalls is read without an index again.
DROP INDEX entry_recall;
