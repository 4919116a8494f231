//! `shisu report`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::report::{ContactSecret, Desk};
use crate::app::trace::Tracer;
use crate::core::report::{Report, ReportNo, ReportState};
use crate::core::text::visible;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
举报应在七个工作日内决定是否受理(市场监督管理投诉举报处理暂行办法第十四条);工作日表之外不推算。
联系方式在收到时就已密封,只有 shisu report key 生成的私钥能打开;私钥不要放在服务器上。
A report is accepted or refused within seven working days; nothing is guessed beyond the \
    calendar. Contacts are sealed on arrival: only the private key that `shisu report key` makes opens them; keep it \
    off the server.";

/// `shisu report`: problems that consumers reported.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Reports {
    #[command(subcommand)]
    command: ReportCommand,
}

#[derive(Debug, Subcommand)]
enum ReportCommand {
    /// 列出举报 / list reports
    List {
        #[command(flatten)]
        place: Where,
        /// 包括已答复的 / those that were answered, too
        #[arg(long)]
        all: bool,
        /// 机器可读 / for machines
        #[arg(long)]
        json: bool,
    },
    /// 查看一件举报 / show a report
    Show {
        #[command(flatten)]
        place: Where,
        /// 举报编号 / number of the report
        #[arg(value_name = "NUMBER")]
        number: String,
        /// 打开联系方式的私钥 / private key that opens the contact
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// 把照片写到此文件 / write the photo to this file
        #[arg(long, value_name = "FILE")]
        photo: Option<PathBuf>,
    },
    /// 答复一件举报 / answer a report
    Answer {
        #[command(flatten)]
        place: Where,
        /// 举报编号 / number of the report
        #[arg(value_name = "NUMBER")]
        number: String,
        /// 结果:accepted 受理、refused 不予受理、closed 办结 / what is decided
        #[arg(long, value_enum, hide_possible_values = true)]
        state: Decision,
        /// 答复内容,举报人可见 / the answer, which whoever has the number reads
        #[arg(value_name = "TEXT")]
        answer: String,
    },
    /// 生成密封联系方式的密钥:私钥写到文件,公钥写进服务器配置 / make the key that contacts are sealed to
    Key {
        /// 私钥文件,不可已存在 / file of the private key, which must not be there
        #[arg(value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Decision {
    /// 受理 / accepted
    Accepted,
    /// 不予受理 / refused
    Refused,
    /// 办结 / closed
    Closed,
}

impl From<Decision> for ReportState {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Accepted => Self::Accepted,
            Decision::Refused => Self::Refused,
            Decision::Closed => Self::Closed,
        }
    }
}

impl Reports {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        match self.command {
            ReportCommand::List { place, all, json } => list(&desk(&place)?, all, json),
            ReportCommand::Show {
                place,
                number,
                key,
                photo,
            } => show(
                &desk(&place)?,
                &ReportNo::parse(&number)?,
                key.as_deref(),
                photo.as_deref(),
            ),
            ReportCommand::Answer {
                place,
                number,
                state,
                answer,
            } => {
                let number = ReportNo::parse(&number)?;
                let report = desk(&place)?.answer(&number, state.into(), &answer)?;
                output::line(&format!("{number}: {}", report.state.words()));
                Ok(Outcome::Good)
            }
            ReportCommand::Key { out } => key(&out),
        }
    }
}

fn desk(place: &Where) -> Result<Desk, AppError> {
    Ok(Desk::new(Tracer::open(&place.options()?)?))
}

fn list(desk: &Desk, all: bool, as_json: bool) -> Result<Outcome, AppError> {
    let reports = desk.list(all)?;
    if as_json {
        let listed: Vec<Value> = reports.iter().map(|report| machine(report, desk)).collect();
        output::json(&json!({ "reports": listed }))?;
        return Ok(Outcome::Good);
    }
    let mut table = output::table(&[
        "编号 / number",
        "批次 / lot",
        "状态 / state",
        "期限 / due",
        "内容 / told",
    ]);
    for report in &reports {
        table.add_row([
            report.number.to_string(),
            report.lot.to_string(),
            report.state.words().zh,
            due(report, desk),
            visible(&report.told.chars().take(40).collect::<String>()),
        ]);
    }
    output::line(&table.to_string());
    Ok(Outcome::Good)
}

fn due(report: &Report, desk: &Desk) -> String {
    let today = desk.now().china_date();
    match (report.due_on, report.is_late(today)) {
        (Some(due), true) => format!("{due} 逾期 / late"),
        (Some(due), false) => due.to_string(),
        (None, _) => "工作日表之外 / beyond the calendar".to_owned(),
    }
}

fn machine(report: &Report, desk: &Desk) -> Value {
    json!({
        "number": report.number.as_str(),
        "lot": report.lot,
        "site": report.site,
        "told": report.told,
        "bought_at": report.bought_at,
        "has_contact": report.contact.is_some(),
        "has_photo": report.has_photo,
        "made_at": report.made_at,
        "due_on": report.due_on.map(|day| day.to_string()),
        "late": report.is_late(desk.now().china_date()),
        "state": report.state,
        "answer": report.answer,
        "answered_at": report.answered_at,
    })
}

fn show(
    desk: &Desk,
    number: &ReportNo,
    key: Option<&Path>,
    photo_to: Option<&Path>,
) -> Result<Outcome, AppError> {
    let (report, photo) = desk.get(number)?;
    let mut shown = machine(&report, desk);
    if let (Some(key), Some(sealed)) = (key, &report.contact) {
        let text = std::fs::read_to_string(key).map_err(|cause| AppError::file(key, cause))?;
        let contact = ContactSecret::parse(&text)?.open(number, sealed)?;
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("contact".into(), json!(contact));
        }
    }
    if let (Some(path), Some(photo)) = (photo_to, photo) {
        std::fs::write(path, photo).map_err(|cause| AppError::file(path, cause))?;
    }
    output::json(&shown)?;
    Ok(Outcome::Good)
}

fn key(out: &Path) -> Result<Outcome, AppError> {
    let secret = ContactSecret::generate()?;
    secret.write(out)?;
    output::line(&format!(
        "[reports]\ncontact_key = \"{}\"",
        secret.public()?
    ));
    Ok(Outcome::Good)
}
