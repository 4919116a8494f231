//! Journeys as data: every journey of the repository replays, keeps its balances, and says what it
//! is expected to say; the files hold no identifier that is not valid.

#[cfg(test)]
mod admission;
#[cfg(test)]
mod asked;
#[cfg(test)]
mod book;
#[cfg(test)]
mod files;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod summary;
#[cfg(test)]
mod until;
#[cfg(test)]
mod verdicts;
