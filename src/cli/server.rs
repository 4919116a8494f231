//! How commands are told to speak to a server rather than to a ledger on this machine.

use crate::app::AppError;
use crate::app::remote::backoff::Patience;
use crate::app::remote::{Address, Remote};
use clap::Args;
use std::path::PathBuf;

/// Which server.
#[derive(Debug, Clone, Args)]
pub(crate) struct ToServer {
    /// 服务器地址,代替本机账本 / server to speak to, in place of a ledger on this machine
    #[arg(long, value_name = "URL", env = "SHISU_SERVER")]
    server: Option<String>,
    /// 信任的证书(PEM),代替系统的 / certificates to believe, in place of the system's
    #[arg(long, value_name = "FILE", requires = "server")]
    ca: Option<PathBuf>,
    /// 登录所得的令牌 / token of a session, for what needs one
    #[arg(
        long,
        value_name = "TOKEN",
        env = "SHISU_TOKEN",
        hide_env_values = true,
        requires = "server"
    )]
    token: Option<String>,
}

impl ToServer {
    /// The same, of another server.
    pub(crate) fn at(mut self, url: &str) -> Self {
        self.server = Some(url.to_owned());
        self
    }

    /// Whether a server is meant.
    pub(crate) const fn is_given(&self) -> bool {
        self.server.is_some()
    }

    /// The server, if one is meant; nothing is asked yet.
    pub(crate) fn open(&self, patience: Patience) -> Result<Option<Remote>, AppError> {
        let Some(url) = &self.server else {
            return Ok(None);
        };
        let address = Address {
            url: url.clone(),
            ca: self.ca.clone(),
            token: self.token.clone(),
        };
        Remote::at(&address, patience).map(Some)
    }
}
