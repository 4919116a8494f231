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
mod served;
#[cfg(test)]
mod watched;

#[cfg(test)]
mod backup;
#[cfg(test)]
mod go;
#[cfg(test)]
mod http;
#[cfg(test)]
mod monitor;
#[cfg(test)]
mod publish;
#[cfg(test)]
mod secure;

/// Records of the six farms in another order, in which each farm's still follow one another: what
/// they make is another history.
#[cfg(test)]
fn in_another_order(mut texts: Vec<String>) -> Vec<String> {
    for round in texts.chunks_mut(6) {
        round.rotate_left(1);
    }
    texts
}
