//! Why a log is not published.

use crate::core::text::{Bilingual, Explain};
use std::path::PathBuf;

/// Why a folder of published files is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// What is published is ahead of what the node signed: the ledger is an old copy.
    #[error("a head of {published} entries is published, but the node's signed head has {signed}")]
    Behind {
        /// Entries of the published head.
        published: u64,
        /// Entries of the signed head.
        signed: u64,
    },
    /// What is published is another history.
    #[error("the published head of {published} entries is not a head of this log's history")]
    Fork {
        /// Entries of the published head.
        published: u64,
    },
    /// The published checkpoint is damaged, or signed by somebody else.
    #[error("{} holds no checkpoint of this log: {reason}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Another process publishes there.
    #[error("another process publishes to {}", path.display())]
    Busy {
        /// Which folder.
        path: PathBuf,
    },
    /// The node has not signed a head yet.
    #[error("the node has not signed a head yet")]
    NothingSigned,
}

impl Explain for PublishError {
    fn code(&self) -> &'static str {
        match self {
            Self::Behind { .. } => "behind_published_head",
            Self::Fork { .. } => "published_fork",
            Self::Unreadable { .. } => "published_unreadable",
            Self::Busy { .. } => "publish_busy",
            Self::NothingSigned => "nothing_signed",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Behind { published, signed } => format!(
                "已公布的日志头有 {published} 条,而本节点签发的只有 {signed} 条:账本可能是旧备份,不能公布"
            ),
            Self::Fork { published } => {
                format!("已公布的 {published} 条日志头不在本日志的历史中:出现分叉,不能公布")
            }
            Self::Unreadable { path, .. } => {
                format!("{} 不是本日志的检查点", path.display())
            }
            Self::Busy { path } => format!("另一个进程正在向 {} 公布", path.display()),
            Self::NothingSigned => "本节点尚未签发日志头".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}
