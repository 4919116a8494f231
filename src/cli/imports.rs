//! `shisu import`

use super::consent::Consents;
use super::manage::{Place, patience};
use super::server::ToServer;
use super::trace::site_id;
use super::{Outcome, Where, output};
use crate::app::enrol::sheet::read_file;
use crate::app::imports::done::{Done, For};
use crate::app::imports::{
    Looked, READINGS, Recorded, Report, known_here, known_there, look_at_readings, new_keys, plan,
    recorded_here, recorded_there, report, sign, template, with,
};
use crate::app::ledger::RowKeys;
use crate::app::office::Office;
use crate::app::remote::submit::{Answer, Submission};
use crate::app::{AppError, keyfile};
use crate::core::ids::SiteId;
use crate::core::imports::{File, Observed, RowKey, drafts, warn};
use crate::core::record::words::Name;
use crate::core::record::{Jwk, id_of};
use crate::core::text::Bilingual;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
表头中英文均可,列序不限;--template 给出可用表格软件填写的模板。日期、数量和单位按中国常见写法读,不能确定的一律报错,
并指出单元格。有一处错误就一条也不签。已签名的记录保存在文件旁的 FILE.imported 里,再次导入不会重复入账。
Headings in Chinese or English, in any order; --template gives a table to fill in. Reads .xlsx, and .csv as \
    Excel writes it. What would have to be guessed is a fault that names the cell; a file with one fault signs \
    nothing. What was signed is kept beside the file, in FILE.imported, so that importing again records nothing \
    twice.";

/// `shisu import`: lots, goods entered, dispatches, sales and readings from files.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Import {
    #[command(subcommand)]
    command: ImportCommand,
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// 批次:一行一个新批次 / lots that begin: a row is a lot
    Lots(Table),
    /// 进货:供货者未入网,一行一批 / goods of suppliers who are not enrolled: a row is a lot
    Enter(Table),
    /// 发货:同一运单号的各行是一次发货 / goods that leave: rows with one waybill are a dispatch
    Shipments(Table),
    /// 销售:一行一笔 / goods that are sold: a row is a sale
    Sales(Table),
    /// 温度记录仪的读数 / readings of a temperature logger
    Readings(Readings),
}

impl Import {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        match self.command {
            ImportCommand::Lots(table) => table.run(File::Lots),
            ImportCommand::Enter(table) => table.run(File::Enter),
            ImportCommand::Shipments(table) => table.run(File::Shipments),
            ImportCommand::Sales(table) => table.run(File::Sales),
            ImportCommand::Readings(readings) => readings.run(),
        }
    }
}

/// Where a file goes, and how.
#[derive(Debug, Args)]
struct Way {
    #[command(flatten)]
    ledger: Where,
    #[command(flatten)]
    server: ToServer,
    /// 只预检,不签名 / only look, sign nothing
    #[arg(long)]
    preview: bool,
    /// 已签名的记录存放处,默认为 FILE.imported / where what was signed is kept, by default FILE.imported
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Table {
    #[command(flatten)]
    way: Way,
    /// 表格(.xlsx 或 .csv)/ table
    #[arg(value_name = "FILE", required_unless_present = "template")]
    table: Option<PathBuf>,
    /// 本场所 / site at which it happens
    #[arg(long, value_name = "SITE", required_unless_present = "template")]
    site: Option<String>,
    /// 密钥文件 / key file
    #[arg(long, value_name = "FILE", required_unless_present = "template")]
    key: Option<PathBuf>,
    #[command(flatten)]
    consents: Consents,
    /// 输出空白模板(CSV)/ print an empty table to fill in (CSV)
    #[arg(long, conflicts_with_all = ["table", "preview"])]
    template: bool,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("about").required(true))]
struct Readings {
    #[command(flatten)]
    way: Way,
    /// 记录仪导出的文件(.csv 或 .xlsx)/ file of the logger
    #[arg(value_name = "FILE")]
    table: PathBuf,
    /// 本场所 / site that says so
    #[arg(long, value_name = "SITE")]
    site: String,
    /// 密钥文件,可用设备密钥 / key file, which may be a device's
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// 运输段:发货记录的编号,或运单链接 / the leg of this dispatch, by its record or its waybill's link
    #[arg(long, value_name = "ID", group = "about", allow_hyphen_values = true)]
    leg: Option<String>,
    /// 库区 / zone of the site
    #[arg(long, value_name = "ZONE", group = "about")]
    zone: Option<String>,
    /// 记录仪编号 / number of the logger
    #[arg(long, value_name = "SENSOR")]
    sensor: String,
}

/// What of a file is the same wherever it goes: each name, and the rows that ask for it.
type Asked = Vec<(String, Vec<u32>)>;

/// What became of what was sent.
#[derive(Debug, Default)]
struct Sent {
    recorded: usize,
    /// What the ledger had already, from whomever.
    already: usize,
    refused: Vec<Value>,
}

impl Table {
    fn run(self, file: File) -> Result<Outcome, AppError> {
        let (Some(path), Some(site), Some(key)) = (&self.table, &self.site, &self.key) else {
            output::line(template(file).trim_end());
            return Ok(Outcome::Good);
        };
        let site = site_id(site)?;
        let plan = plan(file, &read(path)?)?;
        if !plan.is_sound() {
            return self.way.told(&report(file.code(), &plan, 0), None);
        }
        let asked = plan
            .wishes
            .iter()
            .map(|wish| (wish.key.clone(), wish.doing.rows()));
        let look = |place: &Place, done: &BTreeSet<String>| {
            let mut plan = plan.clone();
            let (facts, found) = match place {
                Place::Here(office) => known_here(office, &site, (file, &plan), done)?,
                Place::Away(remote) => known_there(remote, &site, (file, &plan), done)?,
            };
            let drafts = drafts(file, &mut plan, &facts, done);
            warn(file, &mut plan, done, &found);
            let report = report(file.code(), &plan, drafts.len());
            Ok(Looked {
                report,
                keys: Vec::new(),
                drafts: self.consents.on(drafts, self.way.preview)?,
            })
        };
        self.way
            .carry_out(file.code(), (path, key, site), &asked.collect(), look)
    }
}

impl Readings {
    fn run(self) -> Result<Outcome, AppError> {
        let site = site_id(&self.site)?;
        let named = |text: &str| {
            let why = || {
                Bilingual::new(
                    "名称为空、过长或含有不可见字符",
                    "empty, too long, or with characters that cannot be seen",
                )
            };
            Name::new(text).ok_or_else(|| AppError::argument(text, why()))
        };
        let about = match (&self.leg, &self.zone) {
            (Some(id), _) => Observed::leg(id).ok_or_else(|| {
                let why = (
                    "不是记录编号或运单链接",
                    "no id of a record, no link of a waybill",
                );
                AppError::argument(id, Bilingual::new(why.0, why.1))
            })?,
            (None, zone) => Observed::Zone(named(zone.as_deref().unwrap_or_default())?),
        };
        let (bytes, sensor) = (read(&self.table)?, named(&self.sensor)?);
        let look =
            |done: &BTreeSet<String>| look_at_readings(&bytes, (&about, &sensor), site, done);
        let all = look(&BTreeSet::new())?;
        if all.report.wrong > 0 {
            return self.way.told(&all.report, None);
        }
        let asked: Asked = all.keys.into_iter().map(|key| (key, Vec::new())).collect();
        let look = |_: &Place, done: &BTreeSet<String>| look(done);
        self.way
            .carry_out(READINGS, (&self.table, &self.key, site), &asked, look)
    }
}

impl Way {
    /// Looks, and unless that is all, signs what is new and sends it.
    fn carry_out(
        &self,
        kind: &str,
        (path, key, site): (&Path, &Path, SiteId),
        asked: &Asked,
        look: impl Fn(&Place, &BTreeSet<String>) -> Result<Looked, AppError>,
    ) -> Result<Outcome, AppError> {
        let place = self.open(key)?;
        let mut pen = place.pen(key)?;
        let what = For::new(kind, pen.log(), site, Jwk::of(&keyfile::read(key)?).kid());
        let beside = self.state.clone().unwrap_or_else(|| Done::beside(path));
        // A preview leaves nothing behind.
        let mut done = match self.preview && !beside.exists() {
            true => None,
            false => Some(Done::open(&beside, &what)?),
        };
        let recorded = |done: &Done| {
            asked
                .iter()
                .filter(|(key, _)| done.has_recorded(key))
                .count()
        };
        let already = done.as_ref().map_or(0, recorded);
        let mut sent = Sent::default();
        if let Some(done) = done.as_mut().filter(|_| !self.preview) {
            self.send_unanswered(asked, key, done, &mut sent)?;
        }
        let keys = done.as_ref().map(Done::keys).unwrap_or_default();
        let known = known(&place, (kind, site), asked, &keys)?;
        let looked = look(&place, &with(&keys, &known))?;
        sent.already = sent.already.saturating_add(already + known.len());
        let Looked { report, drafts, .. } = looked.without(known);
        let done = done.as_mut().filter(|_| !self.preview);
        let Some(done) = done else {
            return self.told(&report, None);
        };
        // If anything is wrong there are none.
        let records = sign(&drafts, &mut pen, place.now())?;
        done.signed(&drafts, &records)?;
        let texts = records.iter().map(|record| record.to_sd_jwt(|_| true));
        let named = drafts.into_iter().zip(texts);
        let named: Vec<Named> = named
            .map(|(draft, text)| (draft.key, text, draft.rows))
            .collect();
        send(place, &named, done, &mut sent)?;
        let told =
            json!({ "recorded": sent.recorded, "already": sent.already, "refused": sent.refused });
        let is_refused = !sent.refused.is_empty();
        let outcome = self.told(&report, Some(told))?;
        Ok(if is_refused { Outcome::Bad } else { outcome })
    }

    /// Sends again what an earlier run signed and had no answer for.
    fn send_unanswered(
        &self,
        asked: &Asked,
        key: &Path,
        done: &mut Done,
        sent: &mut Sent,
    ) -> Result<(), AppError> {
        let rows_of = |key: &str| {
            let found = asked.iter().find(|(other, _)| other == key);
            found.map_or_else(Vec::new, |(_, rows)| rows.clone())
        };
        let open = done.unanswered().iter();
        let named: Vec<Named> = open
            .map(|(key, record)| (key.clone(), record.clone(), rows_of(key)))
            .collect();
        match named.is_empty() {
            true => Ok(()),
            false => send(self.open(key)?, &named, done, sent),
        }
    }

    fn open(&self, key: &Path) -> Result<Place, AppError> {
        let Some(mut remote) = self.server.open(patience())? else {
            let office = Office::open(self.ledger.options()?)?;
            return Ok(Place::Here(Box::new(office)));
        };
        if !remote.is_signed_in() {
            remote.sign_in(&keyfile::read(key)?)?;
        }
        Ok(Place::Away(Box::new(remote)))
    }

    /// Says what was seen and done; good if nothing is wrong.
    fn told(&self, looked: &Report, done: Option<Value>) -> Result<Outcome, AppError> {
        let outcome = match looked.wrong {
            0 => Outcome::Good,
            _ => Outcome::Bad,
        };
        if self.json {
            output::json(&json!({ "preview": looked, "done": done }))?;
            return Ok(outcome);
        }
        if !looked.faults.is_empty() {
            let mut table = output::table(&["单元格 / cell", "列 / column", "说明 / what"]);
            for fault in &looked.faults {
                let cell = fault.cell.clone().unwrap_or_else(|| fault.row.to_string());
                let heading = fault.heading.as_ref();
                let heading =
                    heading.map_or(String::new(), |name| format!("{}\n{}", name.zh, name.en));
                let why = format!("{}\n{} [{}]", fault.why.zh, fault.why.en, fault.code);
                table.add_row([cell, heading, why]);
            }
            output::line(&table.to_string());
        }
        output::line(&format!(
            "{} 行,待签记录 {} 条,错误 {} 处 / {} rows, {} records to sign, {} faults",
            looked.rows, looked.records, looked.wrong, looked.rows, looked.records, looked.wrong,
        ));
        if let Some(done) = done {
            output::json(&done)?;
        }
        Ok(outcome)
    }
}

/// What a record stands for, its text, and its rows.
type Named = (String, String, Vec<u32>);

/// What of a table others have recorded. Of readings the submission tells: a logger's key may list nothing.
fn known(
    place: &Place,
    (kind, site): (&str, SiteId),
    asked: &Asked,
    done: &BTreeSet<String>,
) -> Result<Vec<Recorded>, AppError> {
    if kind == READINGS {
        return Ok(Vec::new());
    }
    let keys = new_keys(asked.iter().map(|(key, _)| key), done);
    match place {
        Place::Here(office) => recorded_here(office, &site, &keys),
        Place::Away(remote) => recorded_there(remote, &site, &keys),
    }
}

/// Sends records and notes what became of each.
fn send(place: Place, named: &[Named], done: &mut Done, sent: &mut Sent) -> Result<(), AppError> {
    if named.is_empty() {
        return Ok(());
    }
    let texts: Vec<String> = named.iter().map(|(_, record, _)| record.clone()).collect();
    let row = |(key, record, _): &Named| Some((id_of(record), RowKey::parse(key)?));
    let rows: RowKeys = named.iter().filter_map(row).collect();
    let answers: Vec<Answer> = match place {
        Place::Here(office) => office.submit_rows(&texts, &rows)?,
        Place::Away(remote) => Submission::new(*remote, None, None)
            .for_rows(rows)
            .submit(&texts)?,
    };
    // Another device of the site was faster: the rows are recorded, though not by this record.
    let is_known = |answer: &Answer| answer.code.as_deref() == Some("already_imported");
    let is_refused = |answer: &Answer| answer.outcome == "refused" && !is_known(answer);
    let told = named.iter().zip(&answers);
    let told: Vec<(String, bool)> = told
        .map(|((key, ..), answer)| (key.clone(), !is_refused(answer)))
        .collect();
    done.answered(&told)?;
    for ((_, _, rows), answer) in named.iter().zip(&answers) {
        match (is_refused(answer), is_known(answer)) {
            (true, _) => sent
                .refused
                .push(json!({ "rows": rows, "code": answer.code, "why": answer.why })),
            (false, true) => sent.already = sent.already.saturating_add(1),
            (false, false) => sent.recorded = sent.recorded.saturating_add(1),
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, AppError> {
    let bytes = read_file(path)?;
    if bytes.is_empty() {
        let why = Bilingual::new("文件是空的", "the file is empty");
        return Err(AppError::content(path, why));
    }
    Ok(bytes)
}
