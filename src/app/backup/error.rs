//! Why there is no backup, or nothing was restored.

use crate::core::text::{Bilingual, Explain};
use std::path::PathBuf;

/// Whose head a backup was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Witness {
    /// The head that the backup itself brings.
    Backup,
    /// The second copy of the head in the folder.
    HeadCopy,
    /// The checkpoint that is published.
    Published,
}

impl Witness {
    const fn zh(self) -> &'static str {
        match self {
            Self::Backup => "备份自带的日志头",
            Self::HeadCopy => "日志头副本",
            Self::Published => "已公布的检查点",
        }
    }

    const fn en(self) -> &'static str {
        match self {
            Self::Backup => "the head in the backup",
            Self::HeadCopy => "the second copy of the head",
            Self::Published => "the published checkpoint",
        }
    }
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is PostgreSQL.
    #[error(
        "PostgreSQL has its own tools for this: pg_basebackup with archived WAL, or pg_dump; see docs/OPERATIONS.md"
    )]
    Postgres,
    /// Something is there already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// There is no backup there, or a damaged one.
    #[error("{} holds no sound backup: {reason}", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The folder has no keys and the backup brings none.
    #[error(
        "{} has no keys and the backup brings none; put the ledger's keys there first",
        .0.display()
    )]
    KeysMissing(PathBuf),
    /// A head that was signed has more entries.
    #[error(
        "the backup has {found} entries, but {} has {signed}: going on would sign other entries in the place of those {} that are missing. The way back: a newer backup, or the old disk with ledger.sqlite and ledger.sqlite-wal. If the missing entries are nowhere, this log must not go on: keep the backup for looking things up, begin a new log with a new key (shisu init), and say publicly where the old one ended",
        by.en(), signed.saturating_sub(*found)
    )]
    Behind {
        /// Entries of the backup.
        found: u64,
        /// Entries of the signed head.
        signed: u64,
        /// Whose head it is.
        by: Witness,
    },
    /// A head that was signed is of another history.
    #[error("the backup contradicts {} of {signed} entries: they are of different histories", by.en())]
    Fork {
        /// Entries of the signed head.
        signed: u64,
        /// Whose head it is.
        by: Witness,
    },
    /// Nothing tells whether the backup is the newest state.
    #[error(
        "nothing here tells whether the backup is the newest state: name what is published with --published, or answer for it with --accept-missing-head-copy"
    )]
    NothingToCompare,
    /// The published checkpoint cannot be read.
    #[error("the published checkpoint: {0}")]
    Published(crate::app::monitor::Fault),
}

impl Explain for BackupError {
    fn code(&self) -> &'static str {
        match self {
            Self::Postgres => "backup_postgres",
            Self::Exists(_) => "backup_exists",
            Self::Damaged { .. } => "backup_damaged",
            Self::KeysMissing(_) => "keys_missing",
            Self::Behind { .. } => "restore_behind_head",
            Self::Fork { .. } => "restore_fork",
            Self::NothingToCompare => "restore_unproven",
            Self::Published(_) => "restore_published",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Postgres => {
                "PostgreSQL 有自己的备份工具:pg_basebackup 加归档 WAL,或 pg_dump;见 docs/OPERATIONS.md"
                    .to_owned()
            }
            Self::Exists(path) => format!("{} 已存在", path.display()),
            Self::Damaged { path, .. } => format!("{} 不是完好的备份", path.display()),
            Self::KeysMissing(path) => {
                format!("{} 中没有密钥,备份也不带密钥;请先放入账本的密钥", path.display())
            }
            Self::Behind { found, signed, by } => format!(
                "备份只有 {found} 条,而{}有 {signed} 条:继续写入会在缺少的 {} 条的位置签出不同的记录。出路:更新的备份,\
                 或旧磁盘上的 ledger.sqlite 与 ledger.sqlite-wal。若缺少的记录已无处可寻,本日志不得继续:\
                 备份只作查询,用新密钥另建日志(shisu init),并公告旧日志止于何处",
                by.zh(),
                signed.saturating_sub(*found)
            ),
            Self::Fork { signed, by } => {
                format!("备份与{}({signed} 条)矛盾:属于不同的历史", by.zh())
            }
            Self::NothingToCompare => {
                "无从判断备份是否最新:请用 --published 指明已公布的日志,或用 --accept-missing-head-copy 自行担保"
                    .to_owned()
            }
            Self::Published(fault) => format!("已公布的检查点:{}", fault.explain().zh),
        };
        Bilingual::new(zh, self.to_string())
    }
}
