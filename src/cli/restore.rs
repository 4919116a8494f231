//! `shisu restore`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::backup::{Restore as Wanted, restore};
use clap::Args;
use std::path::PathBuf;

/// 由备份恢复账本。先从字节核验整个备份,再与日志头副本和已公布的检查点对照;备份若落后于已签发的日志头,拒绝恢复并说明出路。
/// / restores a backup. It is re-verified from its bytes and compared with the second copy of the
/// head and the published checkpoint; a backup that is behind a signed head is refused, with the
/// way back.
#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    ledger: Where,
    /// 备份目录或数据库文件 / backup: its folder, or a database file
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// 已公布的日志:地址或目录 / where the log is published: address or folder
    #[arg(long, value_name = "DIR_OR_URL")]
    published: Option<String>,
    /// 信任的服务器证书(PEM)/ certificates to believe that server by (PEM)
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// 已有数据库时,先移到一旁(不删除)/ put a database that is there aside (it is not deleted)
    #[arg(long)]
    replace: bool,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

impl Restore {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let wanted = Wanted {
            from: self.from,
            published: self.published,
            ca: self.ca,
            replace: self.replace,
        };
        let bar = output::progress_unknown("check");
        let done = restore(&self.ledger.options()?, &wanted, &|done| {
            bar.set_position(done);
        });
        bar.finish_and_clear();
        let done = done?;
        if self.json {
            output::json(&done)?;
            return Ok(Outcome::Good);
        }
        output::line(&format!(
            "已恢复 / restored: {} 条 / entries, 根哈希 / root {}",
            done.size,
            done.root.to_base64()
        ));
        for (by, size) in &done.compared {
            output::line(&format!("  对照 / compared: {by:?} {size}"));
        }
        if let Some(path) = &done.put_aside {
            output::line(&format!(
                "  原数据库 / the former database: {}",
                path.display()
            ));
        }
        Ok(Outcome::Good)
    }
}
