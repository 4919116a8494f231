//! Running the program, and what is redacted of its answers.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use tempfile::TempDir;

/// A program that ended.
pub struct Ended {
    called: String,
    pub status: i32,
    pub answer: String,
    pub errors: String,
}

impl Ended {
    /// All of it as a page: the call, the exit status, standard output and standard error.
    pub fn page(&self, folder: &Path) -> String {
        let mut page = format!("$ shisu {}\n[exit status {}]\n", self.called, self.status);
        for (name, text) in [("output", &self.answer), ("errors", &self.errors)] {
            if !text.is_empty() {
                page.push_str(&format!("--- {name}\n{text}"));
            }
        }
        redacted(&page, folder)
    }

    /// It ended well.
    pub fn good(self) -> Self {
        assert_eq!(self.status, 0, "shisu {}: {}", self.called, self.errors);
        self
    }

    /// What it said to a machine.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.answer).unwrap()
    }
}

/// Runs the program in `folder`.
pub fn shisu(folder: &Path, arguments: &[&str]) -> Ended {
    shisu_reading(folder, arguments, "")
}

/// Runs the program in `folder` with something on its standard input.
pub fn shisu_reading(folder: &Path, arguments: &[&str], input: &str) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_shisu"))
        .args(arguments)
        .current_dir(folder)
        // The width of a page of help, and where the ledger is.
        .env_remove("COLUMNS")
        .env_remove("SHISU_BENCH_POSTGRES_URL")
        .env_remove("SHISU_DATA_DIR")
        .env_remove("SHISU_DATABASE_URL")
        .env_remove("SHISU_HEAD_COPY")
        .env_remove("SHISU_LINK_HOST")
        .env_remove("SHISU_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Whoever does not read its input may be gone already.
    drop(stdin.write_all(input.as_bytes()));
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Ended {
        called: arguments.join(" "),
        status: output.status.code().unwrap(),
        answer: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The ledger of the demo, in the folder `demo`. Tests that run at the same time share it; nobody
/// may change it.
pub fn demo() -> Arc<TempDir> {
    static LOADED: Mutex<Weak<TempDir>> = Mutex::new(Weak::new());
    // Whoever failed while it was loading left nothing behind that counts.
    let mut loaded = LOADED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(folder) = loaded.upgrade() {
        return folder;
    }
    let folder = Arc::new(tempfile::tempdir().unwrap());
    shisu(
        folder.path(),
        &["demo", "--load-only", "--data-dir", "demo"],
    )
    .good();
    *loaded = Arc::downgrade(&folder);
    folder
}

/// A copy of it, to be changed.
pub fn demo_to_change() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&demo().path().join("demo"), &folder.path().join("demo"));
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target: PathBuf = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// The text without what differs from run to run: the folder, days, times, hashes, keys and
/// signatures. The journeys of the demo end today, so that hours and minutes stay.
pub fn redacted(text: &str, folder: &Path) -> String {
    let folder = folder.to_str().unwrap();
    let text = text.replace(folder, "[folder]");
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || "+/=_-".contains(c) {
            run.push(c);
        } else {
            out.push_str(&redacted_run(&run));
            run.clear();
            out.push(c);
        }
    }
    out.push_str(&redacted_run(&run));
    out
}

/// One run of the characters of which codes are made.
fn redacted_run(run: &str) -> String {
    if run.len() == 44 && run.ends_with('=') {
        return "[hash]".to_owned();
    }
    // Before JSON is looked for, since a hash may begin like it.
    if run.len() == 43 && !run.contains(['+', '/', '=']) {
        return "[hash]".to_owned();
    }
    // The beginning of JSON in base64: a header, a payload, a disclosure.
    if run.len() > 20 && ["eyJ", "Wy"].iter().any(|json| run.starts_with(json)) {
        return "[bytes]".to_owned();
    }
    if run.len() > 80 {
        return "[bytes]".to_owned();
    }
    let parts: Vec<String> = run.split('/').map(redacted_part).collect();
    parts.join("/")
}

fn redacted_part(part: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let lengths: Vec<usize> = part.split('-').map(str::len).collect();
    let is_hex = part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    match part.len() {
        10 if digits(part) && part.starts_with('1') => "[time]".to_owned(),
        10 if lengths == [4, 2, 2] && part.split('-').all(digits) => "[date]".to_owned(),
        36 if is_hex && lengths == [8, 4, 4, 4, 12] => "[uuid]".to_owned(),
        43 => "[hash]".to_owned(),
        64 if is_hex => "[hash]".to_owned(),
        // The number of a recall begins with its day.
        14 if part.starts_with("ZH20") => format!("ZH[date]{}", part.split_at(10).1),
        _ => part.to_owned(),
    }
}

#[test]
fn what_differs_from_run_to_run_is_redacted_and_nothing_else() {
    let folder = Path::new("/tmp/x");
    for (text, expected) in [
        ("in /tmp/x/demo", "in [folder]/demo"),
        ("2026-11-20 04:35", "[date] 04:35"),
        ("\"judged_at\": 1795342172,", "\"judged_at\": [time],"),
        ("召回 ZH20261120-001(二级)", "召回 ZH[date]-001(二级)"),
        ("tRJESo3ecyP3IjVTXijRXHyT3PsPg6DBnALKuL6disk=", "[hash]"),
        (
            "id GLM7x64RV0Ret4Cq32Gs_me6tkMvXdjzaa6lnUqSQ3w",
            "id [hash]",
        ),
        (
            "id WyM7x64RV0Ret4Cq32Gs_me6tkMvXdjzaa6lnUqSQ3w",
            "id [hash]",
        ),
        (
            "01/09520002000033/10/Q0417-1 JY13101180000015",
            "01/09520002000033/10/Q0417-1 JY13101180000015",
        ),
        (
            "91310118MA1J00102P 402.5 千克",
            "91310118MA1J00102P 402.5 千克",
        ),
    ] {
        assert_eq!(redacted(text, folder), expected);
    }
}
