//! The `shisu` command.

fn main() -> std::process::ExitCode {
    shisu::cli::run()
}
