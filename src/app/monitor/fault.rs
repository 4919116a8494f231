//! What a monitor finds wrong with a log.

use crate::core::log::checkpoint::CheckpointError;
use crate::core::log::{Origin, TilePath};
use crate::core::text::{Bilingual, Explain};

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nobody answers, or not in time.
    #[error("the log cannot be reached: {0}")]
    Gone(String),
    /// There is no checkpoint there.
    #[error("there is no checkpoint")]
    CheckpointMissing,
    /// What is there is no checkpoint.
    #[error("the checkpoint cannot be read: {0}")]
    CheckpointUnreadable(CheckpointError),
    /// The checkpoint is not signed with the key that was given.
    #[error("the checkpoint is not signed by the expected key: {0}")]
    WrongKey(CheckpointError),
    /// The checkpoint is that of another log.
    #[error("this is the log {found}, not {expected}")]
    OtherLog {
        /// Whose checkpoint is there.
        found: Origin,
        /// Whose was expected.
        expected: Origin,
    },
    /// The log went back behind a checkpoint that it had signed.
    #[error("the log has {found} entries now, but {seen} were signed for before")]
    Rollback {
        /// Entries signed for before.
        seen: u64,
        /// Entries now.
        found: u64,
    },
    /// The log signed two checkpoints that contradict one another.
    #[error("two signed checkpoints, of {seen} and of {found} entries, contradict one another")]
    Fork {
        /// Entries of the checkpoint seen before.
        seen: u64,
        /// Entries of the checkpoint now.
        found: u64,
    },
    /// A tile that the checkpoint asks for is not there.
    #[error("{0} is missing")]
    TileMissing(TilePath),
    /// A tile is there but not given out.
    #[error("{path} is refused with status {status}")]
    TileRefused {
        /// Which.
        path: TilePath,
        /// HTTP status.
        status: u16,
    },
    /// The server does not let the monitor in with its key, so that entries are not given to it.
    #[error("not let in: {}", .0.en)]
    SignIn(Bilingual),
    /// A tile is not what the log is made of.
    #[error("{0} was altered")]
    TileAltered(TilePath),
    /// The tiles do not give the signed root, and nothing else tells which of them is wrong.
    #[error(
        "the tiles do not give the signed root of {size} entries; look at {path} and those above it"
    )]
    RootMismatch {
        /// Entries of the checkpoint.
        size: u64,
        /// The tile at the right edge, which nothing else vouches for.
        path: TilePath,
    },
    /// An entry is not the one that was logged.
    #[error("{path}: entry {index} was altered")]
    EntryAltered {
        /// Bundle it is in.
        path: TilePath,
        /// Its index in the log.
        index: u64,
    },
    /// The log has not grown for too long.
    #[error("the log has not grown for {age_s} s")]
    Stale {
        /// Seconds since it was seen to grow.
        age_s: u64,
    },
}

impl Fault {
    /// Whether two signed checkpoints prove it: worth keeping.
    #[must_use]
    pub const fn is_proven_by_checkpoints(&self) -> bool {
        matches!(self, Self::Rollback { .. } | Self::Fork { .. })
    }
}

impl Explain for Fault {
    fn code(&self) -> &'static str {
        match self {
            Self::Gone(_) => "server_gone",
            Self::CheckpointMissing => "checkpoint_missing",
            Self::CheckpointUnreadable(_) => "checkpoint_unreadable",
            Self::WrongKey(_) => "wrong_key",
            Self::OtherLog { .. } => "other_log",
            Self::Rollback { .. } => "rollback",
            Self::Fork { .. } => "fork",
            Self::TileMissing(_) => "tile_missing",
            Self::TileRefused { .. } => "tile_refused",
            Self::SignIn(_) => "not_let_in",
            Self::TileAltered(_) => "tile_altered",
            Self::RootMismatch { .. } => "root_mismatch",
            Self::EntryAltered { .. } => "entry_altered",
            Self::Stale { .. } => "stale",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Gone(_) => "无法连接日志服务器".to_owned(),
            Self::CheckpointMissing => "没有检查点".to_owned(),
            Self::CheckpointUnreadable(_) => "检查点无法读取".to_owned(),
            Self::WrongKey(_) => "检查点不是用指定的公钥签名的".to_owned(),
            Self::OtherLog { found, expected } => format!("这是日志 {found},而不是 {expected}"),
            Self::Rollback { seen, found } => {
                format!("日志倒退:现有 {found} 条,而此前已签发 {seen} 条")
            }
            Self::Fork { seen, found } => {
                format!("日志分叉:{seen} 条与 {found} 条的两个已签名检查点互相矛盾")
            }
            Self::TileMissing(path) => format!("缺少 {path}"),
            Self::TileRefused { path, status } => format!("{path} 被拒绝,状态 {status}"),
            Self::SignIn(why) => format!("未能登录:{}", why.zh),
            Self::TileAltered(path) => format!("{path} 被改动"),
            Self::RootMismatch { size, path } => {
                format!("由哈希块得不出 {size} 条的已签名根哈希;请检查 {path} 及其上层")
            }
            Self::EntryAltered { path, index } => format!("{path} 中第 {index} 条记录被改动"),
            Self::Stale { age_s } => format!("日志已有 {age_s} 秒没有增长"),
        };
        Bilingual::new(zh, self.to_string())
    }
}
