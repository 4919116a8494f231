//! `shisu init`

use super::trace::{log_name, party_id};
use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::init::{Beginning, Keys, init};
use crate::core::ids::Division;
use crate::core::record::words::Name;
use crate::core::text::{Bilingual, Explain as _};
use clap::Args;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
只有这个命令会新建账本。中途中断时,以同样的参数再运行一次即可继续。
Nothing else ever makes a ledger. If it was interrupted, call it again in the same way and \
    it goes on.";

/// Begins a ledger. Nothing else ever creates one: a database that appears by itself after a
/// mistyped path would be a second history.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Init {
    #[command(flatten)]
    ledger: Where,
    /// 日志名称 / name of the log, such as zhejiang.example/log
    #[arg(long, value_name = "NAME")]
    log: String,
    /// 省级代码 / province: 310000, 320000, 330000 or 340000
    #[arg(long, value_name = "CODE")]
    province: String,
    /// 登记机构的统一社会信用代码 / credit code of the registrar
    #[arg(long, value_name = "USCC")]
    registrar: String,
    /// 登记机构名称 / name of the registrar
    #[arg(long, value_name = "NAME")]
    registrar_name: String,
}

impl Init {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let options = self.ledger.options()?;
        let beginning = Beginning {
            origin: log_name(&self.log)?,
            province: Division::parse(&self.province)
                .map_err(|error| AppError::argument(&self.province, error.explain()))?,
            registrar: party_id(&self.registrar)?,
            registrar_name: Name::new(&self.registrar_name).ok_or_else(|| {
                let why = Bilingual::new(
                    "登记机构名称应为 1–120 个字符,首尾无空格",
                    "the name of the registrar has 1 to 120 characters and no space at either end",
                );
                AppError::argument(&self.registrar_name, why)
            })?,
        };
        init(&options, &beginning, &Keys::generate()?)?;
        let home = &options.home;
        output::line(&format!(
            "账本已建立 / ledger begun: {}",
            home.dir().display()
        ));
        output::line(&format!(
            "登记机构密钥 / registrar's key: {}",
            home.registrar_key().display()
        ));
        output::line(&format!(
            "信任策略 / trust policy: {}",
            home.policy().display()
        ));
        Ok(Outcome::Good)
    }
}
