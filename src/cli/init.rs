//! `shisu init`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::init::{Beginning, Keys, init};
use crate::core::ids::{Division, PartyId};
use crate::core::log::Origin;
use crate::core::record::words::Name;
use crate::core::text::Explain as _;
use clap::Args;

/// Begins a ledger. Nothing else ever creates one: a database that appears by itself after a
/// mistyped path would be a second history.
#[derive(Debug, Args)]
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
            origin: Origin::new(&self.log)?,
            province: Division::parse(&self.province)
                .map_err(|error| AppError::Input(error.explain().to_string()))?,
            registrar: PartyId::parse(&self.registrar)
                .map_err(|error| AppError::Input(error.explain().to_string()))?,
            registrar_name: Name::new(&self.registrar_name).ok_or_else(|| {
                AppError::Input("登记机构名称 / name of the registrar: 1–120".into())
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
