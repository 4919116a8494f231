//! `shisu submit`

use super::server::ToServer;
use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::ledger::Ledger;
use crate::app::office::answer_of;
use crate::app::remote::backoff::Patience;
use crate::app::remote::state::State;
use crate::app::remote::submit::{Answer, Submission};
use crate::core::log::VerifierKey;
use crate::core::text::Bilingual;
use clap::Args;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Records submitted together.
const TOGETHER: usize = 1_000;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
每行一条记录(jwt~披露~…~,或 JSON 的 record 成员),结果按顺序给出;再次提交同一条记录得到同一索引,
所以向服务器提交中断之后,再运行一次即可继续。
One record a line (jwt~disclosure~…~, or JSON with it as `record`), an outcome for each in \
    order. Submitting a record again gives the same index, so a submission to a server that was \
    interrupted simply goes on when it is run again.";

/// `shisu submit`: records in, an outcome for each.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Submit {
    #[command(flatten)]
    ledger: Where,
    #[command(flatten)]
    server: ToServer,
    /// 记住已有回执的记录,中断后继续;默认为 FILE.state / remembers what has a receipt, so that an
    /// interrupted run goes on; by default FILE.state (none for standard input)
    #[arg(long, value_name = "FILE", requires = "server")]
    state: Option<PathBuf>,
    /// 日志公钥,用以核验回执 / the log's verifier key (policy.txt names it), to check receipts against
    #[arg(long, value_name = "VKEY", requires = "server")]
    log_key: Option<String>,
    /// 多久没有进展就放弃(秒)/ seconds without progress after which to give up
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 300,
        requires = "server"
    )]
    give_up_after: u64,
    /// 记录文件,- 为标准输入 / file of records, - for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    records: PathBuf,
    /// 把回执写到目录 / write each receipt (C2SP tlog-proof) into this folder
    #[arg(long, value_name = "DIR")]
    receipts: Option<PathBuf>,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
    /// 边读边提交:每条记录持久保存后立即输出一行 JSON(含回执)/ as lines come: one line of JSON with the
    /// receipt for each record, as soon as it is durable
    #[arg(long, conflicts_with = "json")]
    stream: bool,
    /// 全部接纳,或一条也不接纳(至多 512 条)/ all of them or none (at most 512 records)
    #[arg(long, conflicts_with = "stream")]
    whole: bool,
}

/// Where records go.
enum Desk {
    /// To a ledger that is opened here.
    Here(Ledger),
    /// To a server.
    Away(Box<Submission>),
}

impl Desk {
    fn submit(&mut self, texts: &[String], whole: bool) -> Result<Vec<Answer>, AppError> {
        let outcomes = match self {
            Self::Here(ledger) if whole => ledger.submit_whole(texts)?,
            Self::Here(ledger) => ledger.submit(texts)?,
            Self::Away(submission) => return submission.submit(texts),
        };
        Ok(outcomes.iter().map(answer_of).collect())
    }

    fn close(self) {
        if let Self::Here(ledger) = self {
            ledger.close();
        }
    }
}

impl Submit {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let mut desk = self.desk()?;
        if let Some(folder) = &self.receipts {
            std::fs::create_dir_all(folder).map_err(|cause| AppError::file(folder, cause))?;
        }
        if self.stream {
            return self.stream(&mut desk);
        }
        let mut rows = Vec::new();
        let mut batch = Vec::new();
        for text in lines(&self.records)? {
            batch.push(text.map_err(|cause| AppError::file(&self.records, cause))?);
            if batch.len() == TOGETHER && !self.whole {
                self.submit(&mut desk, &mut batch, &mut rows)?;
            }
        }
        self.submit(&mut desk, &mut batch, &mut rows)?;
        desk.close();
        if rows.is_empty() {
            let why = Bilingual::new("没有记录", "there are no records");
            return Err(AppError::content(&self.records, why));
        }
        let is_good = rows.iter().all(|row| row["outcome"] != "refused");
        if self.json {
            output::json(&rows)?;
        } else {
            show(&rows);
        }
        Ok(if is_good { Outcome::Good } else { Outcome::Bad })
    }

    fn desk(&self) -> Result<Desk, AppError> {
        let patience = Patience {
            in_all: Duration::from_secs(self.give_up_after),
            ..Patience::default()
        };
        let Some(remote) = self.server.open(patience)? else {
            return Ok(Desk::Here(Ledger::open(&self.ledger.options()?)?));
        };
        let log_key = self
            .log_key
            .as_deref()
            .map(VerifierKey::parse)
            .transpose()?;
        if log_key.is_none() {
            output::note(
                "没有 --log-key:只核对回执与记录相符,不核验日志签名 / no --log-key: receipts are \
                 checked against the records, but not whether the log signed them",
            );
        }
        let beside = match self.records.file_name() {
            Some(name) if self.records != Path::new("-") => {
                let mut name = name.to_owned();
                name.push(".state");
                Some(self.records.with_file_name(name))
            }
            _ => None,
        };
        let state = self.state.clone().or(beside);
        let state = state.as_deref().map(State::open).transpose()?;
        let mut submission = Submission::new(remote, log_key, state);
        if self.receipts.is_some() || self.stream {
            submission = submission.with_receipts();
        }
        if self.whole {
            submission = submission.as_whole();
        }
        Ok(Desk::Away(Box::new(submission)))
    }

    /// Submits whatever has arrived while the last group was on its way, and prints its outcomes
    /// before it takes more: what was printed is durable, what was not may be submitted again.
    fn stream(&self, desk: &mut Desk) -> Result<Outcome, AppError> {
        let (sender, arriving) = sync_channel(TOGETHER);
        let path = self.records.clone();
        // Not joined: a reader that waits for input must not keep a ledger that stopped alive.
        std::thread::spawn(move || read_ahead(&path, &sender));
        let mut count = 0_usize;
        let mut is_good = true;
        while let Ok(first) = arriving.recv() {
            let (mut group, failed) = gather(first, &arriving);
            let mut rows = Vec::with_capacity(group.len());
            self.submit(desk, &mut group, &mut rows)?;
            for mut row in rows {
                count = count.saturating_add(1);
                put(&mut row, "line", json!(count));
                is_good &= row.get("outcome") != Some(&json!("refused"));
                output::line(&row.to_string());
            }
            if let Some(cause) = failed {
                return Err(AppError::file(&self.records, cause));
            }
        }
        Ok(if is_good { Outcome::Good } else { Outcome::Bad })
    }

    fn submit(
        &self,
        desk: &mut Desk,
        batch: &mut Vec<String>,
        rows: &mut Vec<Value>,
    ) -> Result<(), AppError> {
        for answer in desk.submit(batch, self.whole)? {
            let line = rows.len().saturating_add(1);
            if let (Some(folder), Some(index), Some(receipt)) =
                (&self.receipts, answer.index, &answer.receipt)
            {
                let path = folder.join(format!("{index:012}.tlog-proof"));
                std::fs::write(&path, receipt).map_err(|cause| AppError::file(&path, cause))?;
            }
            let mut row = row(line, &answer);
            if self.server.is_given() && answer.index.is_some() {
                put(&mut row, "verified", json!(answer.is_verified));
            }
            if let Some(receipt) = answer.receipt.filter(|_| self.stream) {
                put(&mut row, "receipt", json!(receipt));
            }
            rows.push(row);
        }
        batch.clear();
        Ok(())
    }
}

fn lines(path: &Path) -> Result<Box<dyn Iterator<Item = std::io::Result<String>>>, AppError> {
    let reader: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(
            std::fs::File::open(path).map_err(|cause| AppError::file(path, cause))?,
        ))
    };
    let lines = reader.lines();
    let lines = lines.filter(|line| !matches!(line, Ok(text) if text.trim().is_empty()));
    Ok(Box::new(lines.map(|line| line.map(record_of))))
}

/// The record of a line: the line itself, or what stands in `{"record": "…"}`, as servers take it.
fn record_of(line: String) -> String {
    if !line.starts_with('{') {
        return line;
    }
    let said: Option<Value> = serde_json::from_str(&line).ok();
    let record = said.as_ref().and_then(|said| said.get("record")?.as_str());
    record.map_or_else(|| line.clone(), str::to_owned)
}

/// Reads lines until nobody takes them any more.
fn read_ahead(path: &Path, sender: &SyncSender<std::io::Result<String>>) {
    match lines(path) {
        Ok(lines) => {
            for line in lines {
                let failed = line.is_err();
                if sender.send(line).is_err() || failed {
                    return;
                }
            }
        }
        Err(AppError::File { cause, .. }) => drop(sender.send(Err(cause))),
        Err(other) => drop(sender.send(Err(std::io::Error::other(other)))),
    }
}

/// This line and those that have arrived with it, and what kept the next one from being read.
fn gather(
    first: std::io::Result<String>,
    arriving: &Receiver<std::io::Result<String>>,
) -> (Vec<String>, Option<std::io::Error>) {
    let mut group = Vec::new();
    let mut next = first;
    loop {
        match next {
            Ok(line) => group.push(line),
            Err(cause) => return (group, Some(cause)),
        }
        if group.len() == TOGETHER {
            return (group, None);
        }
        let Ok(line) = arriving.try_recv() else {
            return (group, None);
        };
        next = line;
    }
}

fn row(line: usize, answer: &Answer) -> Value {
    let mut row = json!({ "line": line, "outcome": answer.outcome });
    let members = [
        ("index", answer.index.map(|index| json!(index))),
        ("size", answer.size.map(|size| json!(size))),
        ("awaits", answer.awaits.as_ref().map(|awaits| json!(awaits))),
        ("code", answer.code.as_ref().map(|code| json!(code))),
        ("why", answer.why.as_ref().map(|why| json!(why))),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            put(&mut row, name, value);
        }
    }
    row
}

fn show(rows: &[Value]) {
    let mut table = output::table(&["行 / line", "结果 / outcome", "索引 / index", "说明 / why"]);
    for row in rows {
        let text = |name: &str| match &row[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let why = match &row["why"] {
            Value::Object(why) => {
                let word = |name| why.get(name).and_then(Value::as_str).unwrap_or_default();
                format!("{}\n{}\n[{}]", word("zh"), word("en"), text("code"))
            }
            _ => text("awaits"),
        };
        let outcome = outcome_words(&text("outcome"));
        table.add_row([text("line"), outcome, text("index"), why]);
    }
    output::line(&table.to_string());
}

/// What became of a record, for people.
fn outcome_words(code: &str) -> String {
    let zh = match code {
        "accepted" => "已入账",
        "duplicate" => "此前已入账",
        "parked" => "等待发货记录",
        "refused" => "拒收",
        other => return other.to_owned(),
    };
    format!("{zh} / {code}")
}

/// Sets a member of a row.
fn put(row: &mut Value, name: &str, value: Value) {
    if let Some(members) = row.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
