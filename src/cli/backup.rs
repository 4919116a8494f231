//! `shisu backup`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::backup::backup;
use clap::Args;
use std::path::PathBuf;

/// 备份账本,服务器照常写入;调用之前给出回执的记录都在备份中。备份含密封值,请妥善保管。PostgreSQL 用它自己的工具。
/// / backs a ledger up while a server goes on appending; every record with a receipt from before
/// is in it. It holds the sealed values: keep it safe. PostgreSQL has its own tools.
#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    ledger: Where,
    /// 新目录;以 .sqlite 或 .db 结尾则只存数据库 / new folder; only the database if it ends in .sqlite or .db
    #[arg(value_name = "TARGET")]
    target: PathBuf,
    /// 连同节点和日志的私钥 / with the private keys of the node and the log
    #[arg(long)]
    with_keys: bool,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

impl Backup {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let done = backup(&self.ledger.options()?, &self.target, self.with_keys)?;
        if self.json {
            output::json(&done)?;
            return Ok(Outcome::Good);
        }
        output::line(&format!(
            "已备份 / backed up: {} 条 / entries, {} 字节 / bytes → {}",
            done.size,
            done.bytes,
            done.path.display()
        ));
        if !done.with_keys {
            output::line(
                "私钥不在其中,请另行保管 / the private keys are not in it; keep them elsewhere",
            );
        }
        Ok(Outcome::Good)
    }
}
