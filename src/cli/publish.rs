//! `shisu publish`

use super::stop::Stop;
use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::publish::{PublishError, Published, Publisher};
use crate::core::text::Explain as _;
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Time between two looks at the ledger.
const POLL: Duration = Duration::from_secs(1);

/// 把日志(C2SP tlog-tiles)写成目录中的文件,任何文件服务器都能提供;检查点最后写。绝不退到已公布的日志头之前,也不公布分叉。
/// / writes the log (C2SP tlog-tiles) as files in a folder that any file server can serve; the
/// checkpoint comes last. Never goes behind a published head, never publishes a fork. May run
/// beside the node that appends.
#[derive(Debug, Args)]
pub(super) struct Publish {
    #[command(flatten)]
    ledger: Where,
    /// 目标目录 / folder to publish to
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// 连同条目(已签名的记录,不含密封值)/ with the entries: the signed records, without sealed values
    #[arg(long)]
    entries: bool,
    /// 持续跟随,每秒一次,直到 SIGTERM / go on following, once a second, until SIGTERM
    #[arg(long)]
    watch: bool,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

impl Publish {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let stop = Stop::listen()?;
        let mut publisher = Publisher::open(&self.ledger.options()?, &self.dir, self.entries)?;
        if !self.watch {
            self.show(&publisher.publish()?)?;
            return Ok(Outcome::Good);
        }
        let mut last = None;
        let mut is_first = true;
        loop {
            let next = Instant::now() + POLL;
            match publisher.publish() {
                Ok(published) => {
                    if published.moved || is_first {
                        self.show(&published)?;
                    }
                    (is_first, last) = (false, None);
                }
                Err(error) if passes(&error) => {
                    // Said once, not every second.
                    if last != Some(error.code()) {
                        output::fail(error.code(), &error.explain());
                        last = Some(error.code());
                    }
                }
                Err(error) => return Err(error),
            }
            if !stop.wait_until(next) {
                return Ok(Outcome::Good);
            }
        }
    }

    fn show(&self, published: &Published) -> Result<(), AppError> {
        if self.json {
            let text = serde_json::to_string(published)
                .map_err(|cause| AppError::Input(cause.to_string()))?;
            output::line(&text);
            return Ok(());
        }
        output::line(&format!(
            "已公布 / published: {} 条 / entries, {} 个文件 / files, 根哈希 / root {}",
            published.size,
            published.files,
            published.root.to_base64()
        ));
        Ok(())
    }
}

/// Whether the next round may do better by itself.
fn passes(error: &AppError) -> bool {
    match error {
        AppError::Store(cause) => cause.is_passing(),
        AppError::Publish(PublishError::NothingSigned) | AppError::File { .. } => true,
        _ => false,
    }
}
