//! What can go wrong between the ledger and its database, sorted by what the caller can do.

use crate::core::text::{Bilingual, Explain};
use diesel::result::{ConnectionError, DatabaseErrorKind, Error};

/// Why the store could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The address names no kind of database that is known.
    #[error("not the address of a database: {0}")]
    Url(String),
    /// There is no ledger here; only an explicit init makes one.
    #[error("the database holds no ledger; run init first")]
    NotInitialised,
    /// Init was asked for where a ledger is.
    #[error("the database holds a ledger already")]
    AlreadyInitialised,
    /// The database belongs to another ledger.
    #[error("the database belongs to {found}, not to {expected}")]
    ForeignDatabase {
        /// Whose it is: origin and uuid.
        found: String,
        /// Whose it should be.
        expected: String,
    },
    /// An earlier version of the program made the tables.
    #[error(
        "an earlier version made this ledger ({0} to come); stop whatever has it open and run `shisu migrate`"
    )]
    TablesOlder(String),
    /// A later version of the program made the tables.
    #[error("a later version of the program made this ledger ({0}); use that one")]
    TablesNewer(String),
    /// A migration could not be made; the tables are as they were before it.
    #[error("the tables cannot be migrated: {0}")]
    Migration(String),
    /// Another process has the ledger open.
    #[error("another process has the ledger open; stop it first: {0}")]
    InUse(String),
    /// SQLite before 3.51.3 can lose committed data in WAL mode.
    #[error("SQLite {0} can lose committed data; 3.51.3 or later is needed")]
    TooOldSqlite(String),
    /// Another connection kept its lock for longer than the waiting time.
    #[error("another connection holds the lock: {0}")]
    Locked(String),
    /// No room on the disk; nothing of the transaction was kept.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The disk failed. What is on it is unknown until the process starts anew and checks.
    #[error("the disk failed: {0}")]
    Io(String),
    /// The store stopped appending after the disk failed.
    #[error("the store stopped appending after a failure of the disk")]
    Stopped,
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// The connection broke while committing: the batch is there or not, and the head tells.
    #[error("the connection broke during commit; the outcome is unknown: {0}")]
    CommitUnknown(String),
    /// What the database holds contradicts itself.
    #[error("the database contradicts itself: {0}")]
    Corrupt(String),
    /// Another process moved the head since it was read.
    #[error("the head is no longer at {expected}")]
    HeadMoved {
        /// The size it was expected to have.
        expected: u64,
    },
    /// A constraint or trigger of the database refused the change.
    #[error("the database refused the change: {0}")]
    Refused(String),
    /// Anything else the database said.
    #[error("the database reported: {0}")]
    Database(String),
}

/// Makes an error of what the database said.
type Make = fn(String) -> StoreError;

impl StoreError {
    /// Whether the process must stop appending: after a failed sync nothing about the last pages
    /// is certain, on the same connection or on another one, until a new start has checked.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Io(_) | Self::Stopped)
    }

    /// Whether the same call may succeed later without anybody's doing.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Locked(_) | Self::Unavailable(_) | Self::HeadMoved { .. }
        )
    }

    /// The same failure, when it happened in a commit.
    pub(super) fn in_commit(self) -> Self {
        match self {
            Self::Unavailable(cause) => Self::CommitUnknown(cause),
            other => other,
        }
    }

    fn of_message(kind: &DatabaseErrorKind, message: &str) -> Self {
        // The two databases name these only in words; the words are stable across versions.
        const WORDS: [(&str, Make); 20] = [
            ("disk I/O error", StoreError::Io),
            ("Input/output error", StoreError::Io),
            ("could not fsync", StoreError::Io),
            ("disk is full", StoreError::Full),
            ("No space left on device", StoreError::Full),
            ("is locked", StoreError::Locked),
            ("due to lock timeout", StoreError::Locked),
            ("deadlock detected", StoreError::Locked),
            ("malformed", StoreError::Corrupt),
            ("not a database", StoreError::Corrupt),
            ("invalid page in block", StoreError::Corrupt),
            ("unable to open database", StoreError::Unavailable),
            ("server closed the connection", StoreError::Unavailable),
            ("terminating connection", StoreError::Unavailable),
            ("no connection to the server", StoreError::Unavailable),
            ("the database system is", StoreError::Unavailable),
            ("too many clients", StoreError::Unavailable),
            ("readonly database", StoreError::Unavailable),
            ("history is only ever added to", StoreError::Refused),
            ("constraint failed", StoreError::Refused),
        ];
        let other: Make = Self::Database;
        let found = WORDS.iter().find(|(words, _)| message.contains(words));
        let make = match kind {
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable,
            DatabaseErrorKind::SerializationFailure => Self::Locked,
            DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::ForeignKeyViolation
            | DatabaseErrorKind::NotNullViolation
            | DatabaseErrorKind::CheckViolation
            | DatabaseErrorKind::RestrictViolation => Self::Refused,
            _ => found.map_or(other, |(_, make)| *make),
        };
        make(message.to_owned())
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseError(kind, information) => {
                Self::of_message(&kind, information.message())
            }
            Error::DeserializationError(cause) => Self::Corrupt(cause.to_string()),
            other => Self::Database(other.to_string()),
        }
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::CouldntSetupConfiguration(cause) => cause.into(),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl Explain for StoreError {
    fn code(&self) -> &'static str {
        match self {
            Self::Url(_) => "database_url",
            Self::NotInitialised => "not_initialised",
            Self::AlreadyInitialised => "already_initialised",
            Self::ForeignDatabase { .. } => "foreign_database",
            Self::TablesOlder(_) => "tables_older",
            Self::TablesNewer(_) => "tables_newer",
            Self::Migration(_) => "migration",
            Self::InUse(_) => "ledger_in_use",
            Self::TooOldSqlite(_) => "too_old_sqlite",
            Self::Locked(_) => "database_locked",
            Self::Full(_) => "database_full",
            Self::Io(_) => "io_error",
            Self::Stopped => "store_stopped",
            Self::Unavailable(_) => "unavailable",
            Self::CommitUnknown(_) => "commit_unknown",
            Self::Corrupt(_) => "corrupt",
            Self::HeadMoved { .. } => "head_moved",
            Self::Refused(_) => "database_refused",
            Self::Database(_) => "database_error",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Url(url) => format!("不是有效的数据库地址:{url}"),
            Self::NotInitialised => "数据库尚未初始化,请先运行 init".to_owned(),
            Self::AlreadyInitialised => "数据库已经初始化".to_owned(),
            Self::ForeignDatabase { found, expected } => {
                format!("数据库属于 {found},而不是 {expected}")
            }
            Self::TablesOlder(names) => format!(
                "账本由较早的版本建立(尚缺 {names});请先停止使用它的进程,再运行 shisu migrate"
            ),
            Self::TablesNewer(names) => {
                format!("账本由更新的版本建立({names}),请使用该版本的程序")
            }
            Self::Migration(cause) => format!("数据表无法迁移:{cause}"),
            Self::InUse(cause) => format!("另有进程正在使用账本,请先停止它:{cause}"),
            Self::TooOldSqlite(version) => {
                format!("SQLite {version} 可能丢失已提交的数据,需要 3.51.3 或更新版本")
            }
            Self::Locked(cause) => format!("数据库被其他连接锁定:{cause}"),
            Self::Full(cause) => format!("磁盘已满:{cause}"),
            Self::Io(cause) => format!("磁盘读写失败,请重新启动并核对:{cause}"),
            Self::Stopped => "磁盘曾读写失败,已停止写入".to_owned(),
            Self::Unavailable(cause) => format!("数据库没有响应:{cause}"),
            Self::CommitUnknown(cause) => format!("提交时连接中断,结果未知:{cause}"),
            Self::Corrupt(cause) => format!("数据库内容自相矛盾:{cause}"),
            Self::HeadMoved { expected } => format!("日志已不在第 {expected} 条,请重试"),
            Self::Refused(cause) => format!("数据库拒绝更改:{cause}"),
            Self::Database(cause) => format!("数据库报告:{cause}"),
        };
        Bilingual::new(zh, self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: DatabaseErrorKind, words: &str) -> &'static str {
        StoreError::from(Error::DatabaseError(kind, Box::new(words.to_owned()))).code()
    }

    #[test]
    fn what_the_database_says_is_sorted_by_what_one_can_do() {
        let said = |words| code(DatabaseErrorKind::Unknown, words);
        assert_eq!(said("disk I/O error"), "io_error");
        assert_eq!(
            said("could not fsync file \"base/1/2\": Input/output error"),
            "io_error"
        );
        assert_eq!(said("database or disk is full"), "database_full");
        assert_eq!(
            said("could not extend file: No space left on device"),
            "database_full"
        );
        assert_eq!(said("database is locked"), "database_locked");
        assert_eq!(
            said("canceling statement due to lock timeout"),
            "database_locked"
        );
        assert_eq!(said("database disk image is malformed"), "corrupt");
        assert_eq!(
            said("server closed the connection unexpectedly"),
            "unavailable"
        );
        assert_eq!(said("something nobody has heard of"), "database_error");
        assert_eq!(code(DatabaseErrorKind::ClosedConnection, ""), "unavailable");
        assert_eq!(
            code(DatabaseErrorKind::UniqueViolation, ""),
            "database_refused"
        );
    }

    #[test]
    fn only_a_failure_of_the_disk_is_fatal() {
        assert!(StoreError::Io(String::new()).is_fatal() && StoreError::Stopped.is_fatal());
        assert!(!StoreError::Full(String::new()).is_fatal());
        assert!(!StoreError::Unavailable(String::new()).is_fatal());
    }

    #[test]
    fn a_connection_that_breaks_in_a_commit_leaves_the_outcome_unknown() {
        let broken = StoreError::Unavailable("gone".into()).in_commit();
        assert_eq!(broken, StoreError::CommitUnknown("gone".into()));
        let full = StoreError::Full("full".into());
        assert_eq!(full.clone().in_commit(), full, "nothing was kept");
    }
}
