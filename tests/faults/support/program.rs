//! The program itself, as whoever runs it sees it.

use super::Receipts;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A program that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Records that a stream is fed at once, and the pause after them: many small batches.
const TOGETHER: usize = 20;
const PAUSE: Duration = Duration::from_millis(1);

/// A program that ended.
pub struct Ended {
    /// Its exit status; none if a signal ended it.
    pub status: Option<i32>,
    pub answer: String,
    pub errors: String,
}

impl Ended {
    pub fn is_good(&self) -> bool {
        self.status == Some(0)
    }

    /// It said no, with this code.
    pub fn assert_refused(&self, code: &str) {
        let said = format!("[{code}]");
        assert!(
            self.status == Some(1) && self.errors.contains(&said),
            "expected {said}, got status {:?}: {}",
            self.status,
            self.errors
        );
    }
}

/// Runs `shisu` to its end.
pub fn shisu(arguments: &[&str]) -> Ended {
    let output = command()
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ended {
        status: output.status.code(),
        answer: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shisu"));
    command
        .env_remove("SHISU_DATA_DIR")
        .env_remove("SHISU_DATABASE_URL")
        .env_remove("SHISU_HEAD_COPY");
    command
}

/// `shisu submit --stream`, which is fed while it runs.
pub struct Stream {
    child: Child,
    texts: Vec<String>,
    told: Arc<AtomicUsize>,
    feeder: JoinHandle<()>,
    reader: JoinHandle<Vec<Value>>,
    errors: JoinHandle<String>,
}

impl Stream {
    /// Starts it on the ledger in `home` and feeds it `texts`.
    pub fn start(home: &Path, texts: Vec<String>, environment: &[(&str, String)]) -> Self {
        let mut child = command()
            .args(["submit", "--stream", "--data-dir"])
            .arg(home)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let feed: Vec<String> = texts
            .chunks(TOGETHER)
            .map(|group| group.join("\n") + "\n")
            .collect();
        let feeder = std::thread::spawn(move || {
            for group in feed {
                // It may be killed meanwhile.
                if input.write_all(group.as_bytes()).is_err() {
                    return;
                }
                std::thread::sleep(PAUSE);
            }
        });
        let told = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&told);
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            let mut rows = Vec::new();
            let mut line = String::new();
            while output.read_line(&mut line).unwrap() > 0 {
                // A line that was cut off was not told.
                if line.ends_with('\n') {
                    rows.push(serde_json::from_str(&line).unwrap());
                    counter.fetch_add(1, Ordering::SeqCst);
                }
                line.clear();
            }
            rows
        });
        let mut errors = child.stderr.take().unwrap();
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        });
        Self {
            child,
            texts,
            told,
            feeder,
            reader,
            errors,
        }
    }

    /// Waits until it has told `count` outcomes, or for as long as `wait`.
    pub fn wait_for(&self, count: usize, wait: Duration) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < wait {
            if self.told.load(Ordering::SeqCst) >= count {
                return true;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        false
    }

    /// Kills it as a loss of power would; true if it was still running.
    pub fn kill(mut self) -> (bool, Told) {
        self.child.kill().unwrap();
        let (ended, told) = self.end();
        (ended.status.is_none(), told)
    }

    /// Waits until it ends by itself.
    pub fn finish(mut self) -> (Ended, Told) {
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            if begun.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("the program hangs");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        self.end()
    }

    fn end(mut self) -> (Ended, Told) {
        let status = self.child.wait().unwrap();
        self.feeder.join().unwrap();
        let rows = self.reader.join().unwrap();
        let ended = Ended {
            status: status.code(),
            answer: String::new(),
            errors: self.errors.join().unwrap(),
        };
        let texts = self.texts;
        (ended, Told { texts, rows })
    }
}

/// What was submitted and what was told of it.
pub struct Told {
    texts: Vec<String>,
    rows: Vec<Value>,
}

impl Told {
    /// How many outcomes were told.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// How many were told to be in the log already.
    pub fn duplicates(&self) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| row["outcome"] == "duplicate").count()
    }

    /// The receipts, in the order of submission; nothing else may have been told.
    pub fn receipts(&self) -> Receipts {
        let mut receipts = Receipts::default();
        for (number, (text, row)) in self.texts.iter().zip(&self.rows).enumerate() {
            assert_eq!(row["line"], number + 1);
            let receipt = row["receipt"].as_str();
            receipts.keep(text, receipt.unwrap_or_else(|| panic!("no receipt: {row}")));
        }
        receipts
    }

    /// The texts of which nothing was told.
    pub fn untold(mut self) -> Vec<String> {
        self.texts.split_off(self.rows.len())
    }
}
