//! The log outside the node: published as files, followed by a monitor, read by other people's
//! code, backed up and restored.

#[cfg(test)]
#[path = "../common/mod.rs"]
#[expect(dead_code, unused_imports, reason = "other tests need more of it")]
mod common;

#[cfg(test)]
#[path = "../faults/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the tests of faults need more of it"
)]
mod support;

#[cfg(test)]
mod publish;
