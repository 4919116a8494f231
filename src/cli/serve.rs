//! `shisu serve`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::config::Config;
use crate::app::node::Node;
use crate::server;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// 启动服务:提交、回执、查询、判定 / serves the ledger over HTTP. Stops on SIGTERM after what was accepted is
/// durable and answered.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    ledger: Where,
    /// 监听地址,默认 127.0.0.1:8080 / address and port to listen on
    #[arg(long, value_name = "ADDR", env = "SHISU_LISTEN")]
    listen: Option<SocketAddr>,
    /// 配置文件(TOML)/ configuration file
    #[arg(long, value_name = "FILE", env = "SHISU_CONFIG")]
    config: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        if let Some(listen) = self.listen {
            config.listen = listen;
        }
        let scheme = if config.tls.is_some() {
            "https"
        } else {
            "http"
        };
        // Before the ledger is opened, since it holds of memory what there is.
        server::pages::keep_small();
        let node = Node::open(self.ledger.options()?, config)?;
        server::serve(node, |address| {
            output::line(&format!("食溯 Shisu: {scheme}://{address}"));
        })?;
        Ok(Outcome::Good)
    }
}
