//! Custody: moves, balances, admission, trace and verdict.
