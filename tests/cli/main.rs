//! What the program says to people and machines: its answers, its errors and its exit status, kept
//! as snapshots. What differs from run to run is redacted in one place, `program.rs`. Review a
//! change of a snapshot as whoever runs the program would read it.

#[cfg(test)]
mod bundles;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod help;
#[cfg(test)]
mod labels;
#[cfg(test)]
mod own_ledger;
#[cfg(test)]
mod program;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod usage;
