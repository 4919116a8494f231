//! Writing to people and machines. Standard output carries the answer, standard error the rest.

use crate::app::AppError;
use crate::core::text::{Bilingual, is_deceptive};
use comfy_table::{ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal as _, Write as _};
use tracing_subscriber::EnvFilter;

/// Writes a line of the answer. A reader that went away (`| head`) is no failure.
pub(crate) fn line(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}

/// Writes the answer for a machine.
pub(crate) fn json(value: &impl Serialize) -> Result<(), AppError> {
    let text =
        serde_json::to_string_pretty(value).map_err(|cause| AppError::Input(cause.to_string()))?;
    line(&harmless(&text));
    Ok(())
}

/// The same JSON, in which marks that would steer a terminal or deceive its reader are escapes.
fn harmless(json: &str) -> String {
    if !json.contains(is_deceptive) {
        return json.to_owned();
    }
    let mut text = String::with_capacity(json.len());
    for mark in json.chars() {
        if is_deceptive(mark) {
            let mut units = [0; 2];
            for unit in mark.encode_utf16(&mut units) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            text.push(mark);
        }
    }
    text
}

/// Says on standard error what went wrong.
pub(crate) fn fail(code: &str, why: &Bilingual) {
    drop(writeln!(
        std::io::stderr().lock(),
        "错误 / error [{code}]\n  {}\n  {}",
        why.zh,
        why.en
    ));
}

/// Says something beside the answer.
pub(crate) fn note(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// A table with a header; as wide as the terminal allows.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.to_vec());
    table
}

/// A progress bar for long work; silent when nobody watches.
pub(crate) fn progress(total: u64, what: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total);
    let style =
        ProgressStyle::with_template("{msg} {bar:40} {human_pos}/{human_len} {per_sec} {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

/// A progress counter for long work whose end is not known beforehand.
pub(crate) fn progress_unknown(what: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {human_pos} {per_sec}") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

/// Begins the structured log on standard error. `SHISU_LOG` says how much, `usual` unless it is
/// set; `SHISU_LOG_FORMAT=json` makes each line a JSON object.
pub(crate) fn start_log(usual: &str) {
    let filter =
        EnvFilter::try_from_env("SHISU_LOG").unwrap_or_else(|_unset| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match std::env::var("SHISU_LOG_FORMAT").as_deref() {
        Ok("json") => log.json().flatten_event(true).try_init(),
        _ => log.try_init(),
    };
    // A log that was begun before, as in tests, goes on.
    drop(started);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_for_a_terminal_says_the_same_and_steers_nothing() {
        let value =
            serde_json::json!({ "told": "a\u{1b}[2J\u{9b}1m\u{202e}b\u{e0041}葛\u{e0100}" });
        let text = harmless(&serde_json::to_string_pretty(&value).unwrap());
        assert!(!text.contains(is_deceptive));
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read, value);
    }
}
