//! The pages for people, as a browser is given them: a real server on loopback over the demo's
//! journeys, told on one day and read at one moment, so that every page is the same in every run.

#[cfg(test)]
#[path = "../server/client.rs"]
#[expect(dead_code, reason = "these tests do not need all of it")]
mod client;
#[cfg(test)]
mod site;
#[cfg(test)]
mod squares;
#[cfg(test)]
mod strict;

#[cfg(test)]
mod codes;
#[cfg(test)]
mod dock;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lots;
#[cfg(test)]
mod polite;
#[cfg(test)]
mod shops;
#[cfg(test)]
mod words;
