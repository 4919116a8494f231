//! Faults: whatever breaks, a receipt that was given stays true, what was not receipted can be
//! submitted again, and what must not go on says why. Some of these tests mount small disks and
//! make system calls fail (libfiu): they ask for root or user namespaces, and for `fiu-utils`.

#[cfg(test)]
#[path = "../common/mod.rs"]
#[expect(dead_code, unused_imports, reason = "other tests need more of it")]
mod common;

#[cfg(test)]
mod support;

#[cfg(test)]
mod clock;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod heads;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod refusals;
