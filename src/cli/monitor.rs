//! `shisu monitor`

use super::stop::Stop;
use super::{Outcome, output};
use crate::app::AppError;
use crate::app::clock::Clock;
use crate::app::monitor::{Monitor, Report, Settings};
use crate::core::log::VerifierKey;
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a round may read tiles; the next one goes on.
const ROUND_MAX: Duration = Duration::from_secs(2);

/// 按哈希块跟随一个日志:验证签名,由哈希(和条目)重新推导根哈希,与上次所见对照,5 秒内说出什么不对。分叉时保留两个检查点为证据。
/// / follows a log by its tiles: checks the signature, derives the root again from the hashes (and
/// the entries), compares with what it saw last, and says within 5 s what is wrong. Of a fork it
/// keeps both checkpoints. Exit status: 0 sound, 1 something is wrong, 2 usage.
#[derive(Debug, Args)]
pub(super) struct Watch {
    /// 日志地址(http、https)或公布的目录 / address of the log (http, https) or a published folder
    #[arg(value_name = "URL")]
    place: String,
    /// 日志的公钥(name+hash+base64),须来自别处 / key of the log; must come from elsewhere
    #[arg(long, value_name = "VKEY", value_parser = VerifierKey::parse)]
    key: Option<VerifierKey>,
    /// 记住上次所见的文件;证据存于 FILE.evidence / remembers what was seen last; evidence is kept in FILE.evidence
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// 通读一遍后结束 / read everything once and end
    #[arg(long)]
    once: bool,
    /// 两次查看之间的秒数 / seconds between two looks
    #[arg(long, value_name = "S", default_value = "1", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    interval: u64,
    /// 连条目一起核对 / compare the entries too
    #[arg(long)]
    entries: bool,
    /// 多少秒没有增长即为过期;默认不判 / seconds without growth after which the log is stale; by default not judged
    #[arg(long, value_name = "S")]
    max_age: Option<u64>,
    /// 每次重读的哈希块数,以发现事后改动 / tiles read again in a round, to find later changes
    #[arg(long, value_name = "N", default_value = "64")]
    reread: u64,
    /// 信任的服务器证书(PEM),代替系统的 / certificates to believe servers by (PEM), instead of the system's
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// 用来登录以读取条目的密钥文件,条目不对所有人公开时用 / file of the key to sign in with for the entries, where they
    /// are not for everybody
    #[arg(long, value_name = "FILE", requires = "entries")]
    sign_in: Option<PathBuf>,
    /// 机器可读:每次变化一行 JSON / for machines: a line of JSON for each change
    #[arg(long)]
    json: bool,
}

impl Watch {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let stop = Stop::listen()?;
        let settings = Settings {
            key: self.key.clone(),
            state: self.state.clone(),
            entries: self.entries,
            max_age_s: self.max_age,
            ca: self.ca.clone(),
            sign_in: self.sign_in.clone(),
            reread_tiles: if self.once { 0 } else { self.reread },
        };
        let mut monitor = Monitor::open(&self.place, settings, Clock::System)?;
        if self.once {
            let report = monitor.round(None)?;
            self.show(&report)?;
            return Ok(outcome(report.ok));
        }
        let mut is_proven = false;
        let mut last: Option<Report> = None;
        loop {
            let next = Instant::now() + Duration::from_secs(self.interval);
            let report = monitor.round(Some(ROUND_MAX))?;
            is_proven |= report.evidence.is_some();
            if last.as_ref().is_none_or(|last| differs(last, &report)) {
                self.show(&report)?;
            }
            let ok = report.ok;
            last = Some(report);
            if !stop.wait_until(next) {
                return Ok(outcome(ok && !is_proven));
            }
        }
    }

    fn show(&self, report: &Report) -> Result<(), AppError> {
        if self.json {
            let text = serde_json::to_string(report)
                .map_err(|cause| AppError::Input(cause.to_string()))?;
            output::line(&text);
            return Ok(());
        }
        let size = report
            .size
            .map_or_else(|| "?".to_owned(), |s| s.to_string());
        let log = report.log.as_ref().map_or("?", |log| log.as_str());
        let time = report.at.rfc3339();
        match (&report.code, &report.why) {
            (Some(code), Some(why)) => {
                output::line(&format!(
                    "✖ {time} {log} [{code}]\n  {}\n  {}",
                    why.zh, why.en
                ));
            }
            _ => output::line(&format!(
                "✔ {time} {log}: {size} 条 / entries, 已核对 / audited {}",
                report.audited
            )),
        }
        if let Some(evidence) = &report.evidence {
            output::line(&format!(
                "  此前签发 / signed before:\n{}\n  现在签发 / signed now:\n{}",
                evidence.seen, evidence.found
            ));
        }
        Ok(())
    }
}

const fn outcome(ok: bool) -> Outcome {
    if ok { Outcome::Good } else { Outcome::Bad }
}

/// Whether a report says something that the last one did not.
fn differs(last: &Report, report: &Report) -> bool {
    (last.code, last.size, last.audited, &last.evidence.is_some())
        != (
            report.code,
            report.size,
            report.audited,
            &report.evidence.is_some(),
        )
}
