//! `shisu submit`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::ledger::{Ledger, Outcome as Submitted};
use crate::core::text::{Bilingual, Explain as _};
use clap::Args;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Records submitted together.
const TOGETHER: usize = 1_000;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
每行一条记录(jwt~披露~…~),结果按顺序给出;再次提交同一条记录得到同一索引。
One record a line (jwt~disclosure~…~), an outcome for each in order. Submitting a record \
    again gives the same index.";

/// `shisu submit`: records in, an outcome for each.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Submit {
    #[command(flatten)]
    ledger: Where,
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

impl Submit {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let ledger = Ledger::open(&self.ledger.options()?)?;
        if let Some(folder) = &self.receipts {
            std::fs::create_dir_all(folder).map_err(|cause| AppError::file(folder, cause))?;
        }
        if self.stream {
            return self.stream(&ledger);
        }
        let mut rows = Vec::new();
        let mut batch = Vec::new();
        for text in lines(&self.records)? {
            batch.push(text.map_err(|cause| AppError::file(&self.records, cause))?);
            if batch.len() == TOGETHER && !self.whole {
                self.submit(&ledger, &mut batch, &mut rows)?;
            }
        }
        self.submit(&ledger, &mut batch, &mut rows)?;
        ledger.close();
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

    /// Submits whatever has arrived while the last group was on its way, and prints its outcomes
    /// before it takes more: what was printed is durable, what was not may be submitted again.
    fn stream(&self, ledger: &Ledger) -> Result<Outcome, AppError> {
        let (sender, arriving) = sync_channel(TOGETHER);
        let path = self.records.clone();
        // Not joined: a reader that waits for input must not keep a ledger that stopped alive.
        std::thread::spawn(move || read_ahead(&path, &sender));
        let mut count = 0_usize;
        let mut is_good = true;
        while let Ok(first) = arriving.recv() {
            let (mut group, failed) = gather(first, &arriving);
            let mut rows = Vec::with_capacity(group.len());
            self.submit(ledger, &mut group, &mut rows)?;
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
        ledger: &Ledger,
        batch: &mut Vec<String>,
        rows: &mut Vec<Value>,
    ) -> Result<(), AppError> {
        let outcomes = if self.whole {
            ledger.submit_whole(batch)?
        } else {
            ledger.submit(batch)?
        };
        for outcome in outcomes {
            let line = rows.len().saturating_add(1);
            if let (Some(folder), Some(receipt)) = (&self.receipts, outcome.receipt()) {
                let path = folder.join(format!("{:012}.tlog-proof", receipt.index()));
                std::fs::write(&path, receipt.to_string())
                    .map_err(|cause| AppError::file(&path, cause))?;
            }
            let mut row = row(line, &outcome);
            if let Some(receipt) = outcome.receipt().filter(|_| self.stream) {
                put(&mut row, "receipt", json!(receipt.to_string()));
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
    Ok(Box::new(reader.lines().filter(
        |line| !matches!(line, Ok(text) if text.trim().is_empty()),
    )))
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

fn row(line: usize, outcome: &Submitted) -> Value {
    let mut row = json!({ "line": line, "outcome": outcome.code() });
    match outcome {
        Submitted::Accepted(receipt) | Submitted::Duplicate(receipt) => {
            put(&mut row, "index", json!(receipt.index()));
            put(
                &mut row,
                "size",
                json!(receipt.checkpoint().checkpoint().size()),
            );
        }
        Submitted::Parked { awaits } => put(&mut row, "awaits", json!(awaits)),
        Submitted::Refused(refusal) => {
            put(&mut row, "code", json!(refusal.code()));
            put(&mut row, "why", json!(refusal.explain()));
        }
        Submitted::Withheld => {}
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
