-- Beats are then found through the index of feeds again.
DROP INDEX entry_beat;
