//! Integer names of entries and lines. They derive from the place in a log and nothing else, so
//! that a rebuild gives the same names, and traces and closures can run over integers.

/// Number of a log at this node: 1 is its own, others are peers it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogNo(u16);

/// Bits of an index in an entry key.
const INDEX_BITS: u32 = 40;
/// Bits of a line number in a move key.
const LINE_BITS: u32 = 10;
/// Most logs a node can know.
const LOG_NO_MAX: u16 = 1023;

impl LogNo {
    /// The node's own log.
    pub const HOME: Self = Self(1);

    /// The log with this number, 1 to 1023.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number >= 1 && number <= LOG_NO_MAX {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The number as a database integer.
    #[must_use]
    pub fn number(self) -> i16 {
        i16::try_from(self.0).unwrap_or(i16::MAX)
    }
}

/// An entry of a log: log number and index in one integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey(i64);

impl EntryKey {
    /// The entry at `index` of `log`; indexes end at 2^40.
    #[must_use]
    pub fn new(log: LogNo, index: u64) -> Option<Self> {
        let index = i64::try_from(index)
            .ok()
            .filter(|index| *index < 1 << INDEX_BITS)?;
        Some(Self((i64::from(log.0) << INDEX_BITS) | index))
    }

    /// The entry with this database integer.
    #[must_use]
    pub const fn from_i64(key: i64) -> Self {
        Self(key)
    }

    /// The database integer.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The index in its log.
    #[must_use]
    pub fn index(self) -> u64 {
        u64::try_from(self.0 & ((1 << INDEX_BITS) - 1)).unwrap_or(0)
    }

    /// The log.
    #[must_use]
    pub fn log(self) -> LogNo {
        LogNo(u16::try_from(self.0 >> INDEX_BITS).unwrap_or(0))
    }

    /// Line `n` of this entry.
    #[must_use]
    pub fn line(self, n: u16) -> MoveKey {
        MoveKey((self.0 << LINE_BITS) | i64::from(n & ((1 << LINE_BITS) - 1)))
    }
}

/// A line of an entry. A lot is named by the line that is its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoveKey(i64);

impl MoveKey {
    /// The line with this database integer.
    #[must_use]
    pub const fn from_i64(key: i64) -> Self {
        Self(key)
    }

    /// The database integer.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The entry it stands in.
    #[must_use]
    pub const fn entry(self) -> EntryKey {
        EntryKey(self.0 >> LINE_BITS)
    }

    /// Its number there.
    #[must_use]
    pub fn n(self) -> u16 {
        u16::try_from(self.0 & ((1 << LINE_BITS) - 1)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_say_where_they_come_from() {
        let entry = EntryKey::new(LogNo::new(1023).unwrap(), (1 << 40) - 1).unwrap();
        let line = entry.line(999);
        assert_eq!((line.entry(), line.n()), (entry, 999));
        assert_eq!((entry.log().number(), entry.index()), (1023, (1 << 40) - 1));
        assert!(line.get() > 0);
        assert_eq!(EntryKey::new(LogNo::HOME, 1 << 40), None);
        assert_eq!(LogNo::new(1024), None);
    }
}
