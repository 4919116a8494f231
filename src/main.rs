//! The `shisu` command.

fn main() {}
