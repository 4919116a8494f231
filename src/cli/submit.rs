//! `shisu submit`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::ledger::{Ledger, Outcome as Submitted};
use crate::core::text::Explain as _;
use clap::Args;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Records submitted together.
const TOGETHER: usize = 1_000;

/// 每行一条记录(jwt~披露~…~),结果按顺序给出 / one record a line (jwt~disclosure~…~); an outcome for
/// each, in order. Submitting a record again gives the same index.
#[derive(Debug, Args)]
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
}

impl Submit {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let ledger = Ledger::open(&self.ledger.options()?)?;
        if let Some(folder) = &self.receipts {
            std::fs::create_dir_all(folder).map_err(|cause| AppError::file(folder, cause))?;
        }
        let mut rows = Vec::new();
        let mut batch = Vec::new();
        for text in lines(&self.records)? {
            batch.push(text.map_err(|cause| AppError::file(&self.records, cause))?);
            if batch.len() == TOGETHER {
                self.submit(&ledger, &mut batch, &mut rows)?;
            }
        }
        self.submit(&ledger, &mut batch, &mut rows)?;
        ledger.close();
        if rows.is_empty() {
            return Err(AppError::Input(format!(
                "{}: 没有记录 / no records",
                self.records.display()
            )));
        }
        let is_good = rows.iter().all(|row| row["outcome"] != "refused");
        if self.json {
            output::json(&rows)?;
        } else {
            show(&rows);
        }
        Ok(if is_good { Outcome::Good } else { Outcome::Bad })
    }

    fn submit(
        &self,
        ledger: &Ledger,
        batch: &mut Vec<String>,
        rows: &mut Vec<Value>,
    ) -> Result<(), AppError> {
        for outcome in ledger.submit(batch)? {
            let line = rows.len().saturating_add(1);
            if let (Some(folder), Some(receipt)) = (&self.receipts, outcome.receipt()) {
                let path = folder.join(format!("{:012}.tlog-proof", receipt.index()));
                std::fs::write(&path, receipt.to_string())
                    .map_err(|cause| AppError::file(&path, cause))?;
            }
            rows.push(row(line, &outcome));
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

fn row(line: usize, outcome: &Submitted) -> Value {
    let mut row = json!({ "line": line, "outcome": outcome.code() });
    match outcome {
        Submitted::Accepted(receipt) | Submitted::Duplicate(receipt) => {
            row["index"] = json!(receipt.index());
            row["size"] = json!(receipt.checkpoint().checkpoint().size());
        }
        Submitted::Parked { awaits } => row["awaits"] = json!(awaits),
        Submitted::Refused(refusal) => {
            row["code"] = json!(refusal.code());
            row["why"] = json!(refusal.explain());
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
                format!("{}\n{}", word("zh"), word("en"))
            }
            _ => text("awaits"),
        };
        table.add_row([text("line"), text("outcome"), text("index"), why]);
    }
    output::line(&table.to_string());
}
