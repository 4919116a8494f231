//! What can go wrong in a use case.

use super::attached::AttachError;
use super::backup::BackupError;
use super::enrol::RegisterError;
use super::label::LabelError;
use super::publish::PublishError;
use crate::core::access::{ChallengeError, Denied};
use crate::core::custody::Refusal;
use crate::core::joining::JoinError;
use crate::core::log::checkpoint::CheckpointError;
use crate::core::log::key::KeyError;
use crate::core::note::NoteError;
use crate::core::record::RecordError;
use crate::core::report::ReportError;
use crate::core::text::{Bilingual, Explain};
use crate::store::StoreError;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record was refused where it had to be admitted.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Bytes that are no record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A checkpoint that cannot be made or read.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// A key that is not acceptable.
    #[error("key: {0}")]
    Key(#[from] KeyError),
    /// The operating system gave no randomness.
    #[error("no randomness: {0}")]
    Randomness(String),
    /// A file cannot be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file holds no private key.
    #[error("{} holds no Ed25519 private key", path.display())]
    KeyFile {
        /// Which.
        path: PathBuf,
    },
    /// The second copy of the head is unreadable.
    #[error("{} holds no signed head", path.display())]
    HeadCopy {
        /// Which.
        path: PathBuf,
    },
    /// The second copy of the head is missing although the log has entries.
    #[error("{} is missing; without it an old backup cannot be told from the newest state", path.display())]
    HeadCopyMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The folder holds no ledger, or a damaged description of one.
    #[error("{} holds no ledger: {reason}", path.display())]
    NoLedger {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The folder holds a ledger already.
    #[error("{} holds a ledger already", path.display())]
    LedgerExists {
        /// Which.
        path: PathBuf,
    },
    /// Another ledger was begun in the folder and not finished.
    #[error(
        "{} says that a ledger for {origin} was begun here with other particulars and not finished: \
         call init again as it was called then, or begin in another folder with another database",
        path.display()
    )]
    HalfBegun {
        /// The draft.
        path: PathBuf,
        /// Name of its log.
        origin: String,
    },
    /// The database is behind a head this node signed: an old backup.
    #[error("the database has {found} entries, but a head of {signed} entries was signed")]
    BehindSignedHead {
        /// Entries in the database.
        found: u64,
        /// Entries of the signed head.
        signed: u64,
    },
    /// The database contradicts a head this node signed.
    #[error("the database contradicts the signed head of {signed} entries")]
    Fork {
        /// Entries of the signed head.
        signed: u64,
    },
    /// The clock went backwards.
    #[error("the clock shows {now} s, but the last beat was at {beat} s")]
    ClockBackwards {
        /// Now.
        now: u64,
        /// The last beat.
        beat: u64,
    },
    /// The clock is far ahead of the last beat.
    #[error(
        "the clock shows {now} s, far ahead of the last beat at {beat} s; if the clock is right, say --accept-clock"
    )]
    ClockForwards {
        /// Now.
        now: u64,
        /// The last beat.
        beat: u64,
    },
    /// The log was written under rules that this program does not have, and under its own it would
    /// not admit an entry.
    #[error(
        "entry {index} was judged by rules {rules}, which this program does not know: {reason}"
    )]
    OtherRules {
        /// The entry.
        index: u64,
        /// The rules that the beat before it names.
        rules: String,
        /// What this program's rules say of it.
        reason: String,
    },
    /// The log is damaged at an entry.
    #[error("entry {index}: {reason}")]
    Damaged {
        /// The first entry that is wrong.
        index: u64,
        /// What is wrong.
        reason: String,
    },
    /// Something other than an entry is damaged.
    #[error("{what} contradicts the log")]
    Contradicts {
        /// What.
        what: String,
    },
    /// Appends stopped after a fault; the node must be restarted.
    #[error("appends have stopped: {reason}")]
    Stopped {
        /// Why.
        reason: String,
    },
    /// Too much is waiting; come back later.
    #[error("the queue is full")]
    Overloaded,
    /// Somebody is not let in, or does not see what they ask for.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A challenge to sign in that is not accepted.
    #[error(transparent)]
    Challenge(#[from] ChallengeError),
    /// No lot has this code.
    #[error("no lot {0}")]
    UnknownLot(String),
    /// Somebody cannot join, or invite.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// A file that is no register, or one beyond a limit.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// A server did not answer for as long as somebody was willing to try.
    #[error("{server} does not answer: {cause}")]
    Unreachable {
        /// Its address.
        server: String,
        /// What happened last.
        cause: String,
    },
    /// A server answered that it will not do what it was asked.
    #[error("{server} answered {status} [{code}]: {}", why.en)]
    Answered {
        /// Its address.
        server: String,
        /// The HTTP status.
        status: u16,
        /// The code of its problem.
        code: String,
        /// What it says.
        why: Bilingual,
    },
    /// A receipt that does not prove what it should.
    #[error("the receipt does not hold: {}", .0.en)]
    Receipt(Bilingual),
    /// A value that was given for an argument is none.
    #[error("{what}: {}", why.en)]
    Argument {
        /// What was given.
        what: String,
        /// What is wrong with it.
        why: Bilingual,
    },
    /// What was handed in cannot be used.
    #[error("{what}: {}", why.en)]
    Content {
        /// Which file, or standard input.
        what: String,
        /// What is wrong with it.
        why: Bilingual,
    },
    /// There is no backup, or nothing was restored.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The log cannot be published there.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A report of a problem that is not taken or not answered.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A picture or document is not kept or not given out.
    #[error(transparent)]
    Attached(#[from] AttachError),
    /// A note of a site.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// There is no such label.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// Input that cannot be understood.
    #[error("{0}")]
    Input(String),
}

impl AppError {
    /// A failure of a file.
    #[must_use]
    pub fn file(path: &Path, cause: std::io::Error) -> Self {
        Self::File {
            path: path.to_path_buf(),
            cause,
        }
    }

    /// A value that was given for an argument and cannot be read.
    #[must_use]
    pub fn argument(what: &str, why: Bilingual) -> Self {
        Self::Argument {
            what: what.to_owned(),
            why,
        }
    }

    /// A file, or standard input, that cannot be used.
    #[must_use]
    pub fn content(path: &Path, why: Bilingual) -> Self {
        let what = if path == Path::new("-") {
            "标准输入 / standard input".to_owned()
        } else {
            path.display().to_string()
        };
        Self::Content { what, why }
    }

    /// Whether appends must stop until the node is restarted and has checked its head again.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Store(cause) => cause.is_fatal(),
            Self::File { .. }
            | Self::Checkpoint(_)
            | Self::Damaged { .. }
            | Self::Contradicts { .. } => true,
            Self::BehindSignedHead { .. } | Self::Fork { .. } | Self::Stopped { .. } => true,
            _ => false,
        }
    }
}

/// What a file has failed at.
const fn failed(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "没有这个文件",
        ErrorKind::AlreadyExists => "文件已存在,不会覆盖",
        ErrorKind::PermissionDenied => "没有读写这个文件的权限",
        ErrorKind::StorageFull => "磁盘已满,无法写入",
        _ => "无法读写文件",
    }
}

impl Explain for AppError {
    fn code(&self) -> &'static str {
        match self {
            Self::Store(cause) => cause.code(),
            Self::Refused(cause) => cause.code(),
            Self::Record(cause) => cause.code(),
            Self::Checkpoint(_) => "checkpoint",
            Self::Key(_) => "key",
            Self::Randomness(_) => "randomness",
            Self::File { .. } => "file",
            Self::KeyFile { .. } => "key_file",
            Self::HeadCopy { .. } => "head_copy",
            Self::HeadCopyMissing { .. } => "head_copy_missing",
            Self::NoLedger { .. } => "no_ledger",
            Self::LedgerExists { .. } => "ledger_exists",
            Self::HalfBegun { .. } => "half_begun",
            Self::BehindSignedHead { .. } => "behind_signed_head",
            Self::Fork { .. } => "fork",
            Self::ClockBackwards { .. } => "clock_backwards",
            Self::ClockForwards { .. } => "clock_forwards",
            Self::OtherRules { .. } => "other_rules",
            Self::Damaged { .. } => "damaged",
            Self::Contradicts { .. } => "contradicts",
            Self::Stopped { .. } => "stopped",
            Self::Overloaded => "overloaded",
            Self::Denied(cause) => cause.code(),
            Self::Challenge(cause) => cause.code(),
            Self::UnknownLot(_) => "unknown_lot",
            Self::Join(cause) => cause.code(),
            Self::Register(cause) => cause.code(),
            Self::Unreachable { .. } => "unreachable",
            Self::Answered { .. } => "answered",
            Self::Receipt(_) => "receipt",
            Self::Argument { .. } => "argument",
            Self::Content { .. } | Self::Input(_) => "input",
            Self::Backup(cause) => cause.code(),
            Self::Publish(cause) => cause.code(),
            Self::Report(cause) => cause.code(),
            Self::Attached(cause) => cause.code(),
            Self::Label(cause) => cause.code(),
            Self::Note(cause) => cause.code(),
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Store(cause) => return cause.explain(),
            Self::Refused(cause) => return cause.explain(),
            Self::Record(cause) => return cause.explain(),
            Self::Denied(cause) => return cause.explain(),
            Self::Challenge(cause) => return cause.explain(),
            Self::Backup(cause) => return cause.explain(),
            Self::Publish(cause) => return cause.explain(),
            Self::Label(cause) => return cause.explain(),
            Self::Note(cause) => return cause.explain(),
            Self::Checkpoint(_) => "检查点无效".to_owned(),
            Self::Key(_) => "密钥不合格".to_owned(),
            Self::Randomness(_) => "系统没有可用的随机数".to_owned(),
            Self::File { path, cause } => {
                format!("{}：{}", failed(cause.kind()), path.display())
            }
            Self::KeyFile { path } => format!("{} 中没有 Ed25519 私钥", path.display()),
            Self::HeadCopy { path } => format!("{} 中没有已签名的日志头", path.display()),
            Self::HeadCopyMissing { path } => format!(
                "缺少日志头副本 {}:无法区分旧备份与最新状态;确认无误后用 --accept-missing-head-copy",
                path.display()
            ),
            Self::NoLedger { path, .. } => {
                format!("{} 中没有账本,请先运行 shisu init", path.display())
            }
            Self::LedgerExists { path } => format!("{} 中已有账本", path.display()),
            Self::HalfBegun { path, origin } => super::init::half_begun(path, origin),
            Self::BehindSignedHead { found, signed } => {
                format!(
                    "数据库只有 {found} 条记录,而本节点已签发过 {signed} 条的日志头:可能恢复了旧备份"
                )
            }
            Self::Fork { signed } => format!("数据库与已签发的 {signed} 条日志头不一致"),
            Self::ClockBackwards { .. } => "系统时钟倒退".to_owned(),
            Self::Damaged { index, reason } => format!("第 {index} 条记录损坏（{reason}）"),
            Self::ClockForwards { .. } => {
                "系统时钟远远超前于上一节拍;确认时钟无误后用 --accept-clock".to_owned()
            }
            Self::OtherRules { index, rules, .. } => {
                format!("第 {index} 条记录按其他规则({rules})判定,本程序没有该规则,无法核验")
            }
            Self::Contradicts { what } => format!("{what} 与日志不一致"),
            Self::Stopped { .. } => "写入已停止,请检查故障后重启".to_owned(),
            Self::Overloaded => "等待队列已满,请稍后重试".to_owned(),
            Self::UnknownLot(lot) => format!("查无此码:{lot}"),
            Self::Join(cause) => return cause.explain(),
            Self::Register(cause) => return cause.explain(),
            Self::Report(cause) => return cause.explain(),
            Self::Attached(cause) => return cause.explain(),
            Self::Unreachable { server, .. } => format!("{server} 没有应答,已多次重试"),
            Self::Answered {
                server, code, why, ..
            } => format!("{server} 答复 [{code}]:{}", why.zh),
            Self::Receipt(why) => format!("回执不成立:{}", why.zh),
            Self::Argument { what, why } | Self::Content { what, why } => {
                format!("{what}：{}", why.zh)
            }
            Self::Input(text) => format!("输入无法理解:{text}"),
        };
        Bilingual::new(zh, self.to_string())
    }
}
