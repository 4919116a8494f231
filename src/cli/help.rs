//! What the program says of itself, and what it says to a call that it does not understand:
//! Chinese first, as everywhere. The library that reads the call speaks English only.

use super::{Cli, output};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory as _, Error};
use std::process::ExitCode;

/// Parts of a page of help; a command shows those that it has.
const BEGINNING: &str = "{about-with-newline}\n用法 / Usage: {usage}\n\n";
const COMMANDS: &str = "命令 / Commands:\n{subcommands}\n\n";
const ARGUMENTS: &str = "参数 / Arguments:\n{positionals}\n\n";
const OPTIONS: &str = "选项 / Options:\n{options}{after-help}";

/// Exit status of a call that was not understood.
const NOT_UNDERSTOOD: u8 = 2;

/// The command line with its help in both languages.
pub(super) fn command() -> Command {
    let mut command = Cli::command();
    // What the library adds by itself is there only then.
    command.build();
    bilingual(command)
}

fn bilingual(command: Command) -> Command {
    let mut page = BEGINNING.to_owned();
    if command.has_subcommands() {
        page.push_str(COMMANDS);
    }
    if command.get_positionals().next().is_some() {
        page.push_str(ARGUMENTS);
    }
    page.push_str(OPTIONS);
    let command = if command.get_name() == "help" {
        command.about("显示命令的帮助 / show the help of a command")
    } else {
        command
    };
    command
        .help_template(page)
        .mut_args(argument)
        .mut_subcommands(bilingual)
}

/// The library's own options in both languages.
fn argument(argument: Arg) -> Arg {
    match argument.get_id().as_str() {
        "help" => argument.help("显示帮助 / show this help"),
        "version" => argument.help("显示版本 / show the version"),
        _ => argument,
    }
}

/// Answers a call that asks for help or that was not understood.
pub(super) fn answer(error: &Error) -> ExitCode {
    if let Some(words) = words(error) {
        output::note(&format!("用法错误 / usage: {words}"));
    }
    // Nobody is left to be told that standard error is gone.
    drop(error.print());
    if error.use_stderr() {
        refused()
    } else {
        ExitCode::SUCCESS
    }
}

/// The exit status of a call that was not understood.
pub(super) fn refused() -> ExitCode {
    ExitCode::from(NOT_UNDERSTOOD)
}

/// What is wrong with a call; none if help was asked for.
fn words(error: &Error) -> Option<String> {
    let of = |kind| error.get(kind).map(named).unwrap_or_default();
    let argument = of(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => None,
        ErrorKind::UnknownArgument => Some(format!("没有这个参数:{argument}")),
        ErrorKind::MissingRequiredArgument => Some(format!("缺少参数:{argument}")),
        ErrorKind::InvalidSubcommand => Some(format!(
            "没有这个命令:{}",
            of(ContextKind::InvalidSubcommand)
        )),
        ErrorKind::ArgumentConflict => Some(format!(
            "参数不能同时使用:{argument},{}",
            of(ContextKind::PriorArg)
        )),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = of(ContextKind::InvalidValue);
            Some(match value.is_empty() {
                true => format!("参数缺少值:{argument}"),
                false => format!("参数的值无效:{argument} {value}"),
            })
        }
        _ => Some("无法理解这个命令".to_owned()),
    }
}

fn named(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join(", "),
        other => other.to_string(),
    }
}
