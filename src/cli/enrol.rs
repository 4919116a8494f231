//! `shisu enrol`

use super::manage::{Place, patience};
use super::server::ToServer;
use super::{Outcome, Where, output};
use crate::app::enrol::sheet::read_file;
use crate::app::enrol::{Report, plan, report, sign};
use crate::app::office::{Office, submit_to};
use crate::app::pen::Pen;
use crate::app::{AppError, keyfile};
use crate::core::enrol::Plan;
use crate::core::record::Record;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
表头中英文均可,列序不限。必填:统一社会信用代码、名称、类型、县区;另有许可证编号、许可证类型、有效期至、地址、场所名称、
场所类型、场所编码、负责人、联系电话、证件号码。自然人姓名、电话、证件号码和地址一律密封。
Headers in Chinese or English, in any order. Reads .xlsx, and .csv as Excel writes it (UTF-8, \
    UTF-16, GB18030). People's names, phones, identity numbers and addresses are sealed.";

/// `shisu enrol`: parties and sites from a licence register.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Enrol {
    #[command(flatten)]
    ledger: Where,
    #[command(flatten)]
    server: ToServer,
    /// 登记表(.xlsx 或 .csv)/ register
    #[arg(value_name = "FILE")]
    register: PathBuf,
    /// 登记机构密钥 / key file of the registrar
    #[arg(long, value_name = "FILE", required_unless_present = "preview")]
    key: Option<PathBuf>,
    /// 只预检,不签名 / only look, sign nothing
    #[arg(long)]
    preview: bool,
    /// 有错误的行跳过,其余登记 / leave rows out that are wrong, and enrol the others
    #[arg(long)]
    skip_faulty: bool,
    /// 写出已签名的记录,不提交(以后用 shisu submit)/ write the signed records, for `shisu submit`, and submit nothing
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

impl Enrol {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let mut plan = plan(&read_file(&self.register)?)?;
        let place = self.open()?;
        match &place {
            Place::Here(office) => plan.compare(&**office)?,
            Place::Away(remote) => plan.compare(&**remote)?,
        }
        let looked = report(&plan);
        let may_go_on = plan.is_sound() || self.skip_faulty;
        let (true, Some(key), false) = (may_go_on, &self.key, self.preview) else {
            self.show(&looked, None)?;
            return Ok(if plan.is_sound() {
                Outcome::Good
            } else {
                Outcome::Bad
            });
        };
        let records = signed(&place, key, &plan)?;
        if let Some(path) = &self.out {
            write(path, &records)?;
            self.show(&looked, None)?;
            return Ok(Outcome::Good);
        }
        let texts: Vec<String> = records.iter().map(text_of).collect();
        let answers = match place {
            Place::Here(office) => office.submit(&texts)?,
            Place::Away(remote) => submit_to(*remote, &texts)?,
        };
        let refused: Vec<Value> = records
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| answer.outcome == "refused")
            .map(|(record, answer)| {
                json!({ "id": record.id, "code": answer.code, "why": answer.why })
            })
            .collect();
        let is_good = refused.is_empty();
        let done = json!({
            "enrolled": answers.len().saturating_sub(refused.len()), "refused": refused,
        });
        self.show(&looked, Some(done))?;
        Ok(if is_good { Outcome::Good } else { Outcome::Bad })
    }

    fn open(&self) -> Result<Place, AppError> {
        let Some(mut remote) = self.server.open(patience())? else {
            let office = Office::open(self.ledger.options()?)?;
            return Ok(Place::Here(Box::new(office)));
        };
        if let Some(key) = self.key.as_ref().filter(|_| !remote.is_signed_in()) {
            remote.sign_in(&keyfile::read(key)?)?;
        }
        Ok(Place::Away(Box::new(remote)))
    }

    fn show(&self, looked: &Report, done: Option<Value>) -> Result<(), AppError> {
        if self.json {
            return output::json(&json!({ "preview": looked, "done": done }));
        }
        if !looked.faults.is_empty() {
            let mut table = output::table(&["行 / row", "列 / column", "说明 / what"]);
            for fault in &looked.faults {
                let column = fault.column_zh.zip(fault.column);
                let column = column.map_or(String::new(), |(zh, en)| format!("{zh}\n{en}"));
                let why = format!("{}\n{} [{}]", fault.why.zh, fault.why.en, fault.code);
                table.add_row([fault.row.to_string(), column, why]);
            }
            output::line(&table.to_string());
        }
        output::line(&format!(
            "{} 行,待登记主体 {} 个、场所 {} 个,错误 {} 处 / {} rows, {} parties and {} sites to enrol, {} faults",
            looked.rows,
            looked.parties,
            looked.sites,
            looked.wrong,
            looked.rows,
            looked.parties,
            looked.sites,
            looked.wrong,
        ));
        if let Some(done) = done {
            output::json(&done)?;
        }
        Ok(())
    }
}

fn signed(place: &Place, key: &Path, plan: &Plan) -> Result<Vec<Record>, AppError> {
    let key = keyfile::read(key)?;
    let mut pen = match place {
        Place::Here(office) => office.pen(key)?,
        Place::Away(remote) => Pen::of_server(remote, key)?,
    };
    sign(plan, &mut pen, place.now())
}

fn text_of(record: &Record) -> String {
    record.to_sd_jwt(|_| true)
}

fn write(path: &Path, records: &[Record]) -> Result<(), AppError> {
    let failed = |cause| AppError::file(path, cause);
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // The disclosures are in it, people's names and addresses among them.
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(failed)?;
    for record in records {
        let line = json!({ "record": text_of(record) });
        writeln!(file, "{line}").map_err(failed)?;
    }
    file.sync_all().map_err(failed)
}
