//! `shisu bench`

use super::{Outcome, output};
use crate::app::AppError;
use crate::app::bench::{Figure, Host, Plan, Report, Served, run};
use crate::app::config::Config;
use crate::app::ledger::Options;
use crate::app::node::Node;
use crate::server::{Server, Stop};
use clap::Args;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
先测本机极限(严格验签、持久写入、fdatasync),再测账本达到其中多少。
Measures the limits of this machine (strict verification, durable inserts, fdatasync) and \
    what the ledger reaches of them, in one run.";

/// `shisu bench`: speed on this machine.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Bench {
    /// 只测一项 / only this figure: append_sqlite, append_memory, append_postgres, trace, trace_growth, check, two_servers, http (all of a server), page (all of the consumer's page), overload (all under overload)
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// 追加的记录数 / records to append
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    records: u64,
    /// 在此目录下建临时目录,用后删除 / folder in which the ledgers get a folder of their own, removed afterwards
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// 可写入的空 PostgreSQL 数据库 / an empty PostgreSQL database that may be filled
    #[arg(
        long,
        value_name = "URL",
        env = "SHISU_BENCH_POSTGRES_URL",
        hide_env_values = true
    )]
    postgres_url: Option<String>,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

impl Bench {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        // Always a folder of its own, so that what is removed is only what this run made.
        let parent = self.dir.clone().unwrap_or_else(std::env::temp_dir);
        let dir = parent.join(format!("shisu-bench-{}", std::process::id()));
        std::fs::create_dir_all(&parent).map_err(|cause| AppError::file(&parent, cause))?;
        std::fs::create_dir(&dir).map_err(|cause| AppError::file(&dir, cause))?;
        let bar = output::progress(self.records, "bench");
        let plan = Plan {
            dir: dir.clone(),
            records: self.records,
            postgres: self.postgres_url,
            only: self.only,
            host: &Loopback,
        };
        let report = run(&plan, &|what, done| {
            bar.set_message(what.to_owned());
            bar.set_position(done);
        });
        bar.finish_and_clear();
        std::fs::remove_dir_all(&dir).map_err(|cause| AppError::file(&dir, cause))?;
        let report = report?;
        if self.json {
            output::json(&report)?;
        } else {
            show(&report);
        }
        let all_met = report.figures.iter().all(|figure| figure.met);
        Ok(if all_met { Outcome::Good } else { Outcome::Bad })
    }
}

/// Serves on the loopback, as `shisu serve` does but without limits on how often one address may
/// ask, since all the load comes from one.
struct Loopback;

struct Running {
    address: SocketAddr,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Host for Loopback {
    fn serve(&self, options: &Options) -> Result<Box<dyn Served>, AppError> {
        let mut config = Config::parse(CONFIG).map_err(AppError::Input)?;
        config.listen.set_port(0);
        let node = Node::open(options.clone(), config)?;
        let (sender, started) = channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                match Server::start(node) {
                    Ok(server) => {
                        drop(sender.send(Ok((server.address(), server.stopper()))));
                        if let Err(error) = server.run().await {
                            tracing::error!(%error, "the server under load ended");
                        }
                    }
                    Err(error) => drop(sender.send(Err(error))),
                }
            });
        });
        let gone = |_closed| AppError::Input("the server under load did not start".into());
        let (address, stop) = started.recv().map_err(gone)??;
        Ok(Box::new(Running {
            address,
            stop,
            thread: Some(thread),
        }))
    }

    fn spawn(&self, options: &Options) -> Result<Box<dyn Served>, AppError> {
        Ok(Box::new(spawn(options)?))
    }
}

/// What a server under load is told, whether in this process or not: all load comes from here.
const CONFIG: &str = "\
[limits]
connections_per_address_max = 10_000
[rates]
address_per_s = 0
key_per_s = 0
";

/// `shisu serve` in a process of its own, until it is dropped.
struct Spawned {
    address: SocketAddr,
    process: Child,
}

impl Served for Spawned {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn pid(&self) -> Option<u32> {
        Some(self.process.id())
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.process);
        // It ends in order, so that what it accepted is there for whoever looks.
        if rustix::process::kill_process(pid, rustix::process::Signal::TERM).is_ok() {
            drop(self.process.wait());
        }
    }
}

fn spawn(options: &Options) -> Result<Spawned, AppError> {
    let failed = |cause: std::io::Error| AppError::Input(format!("shisu serve: {cause}"));
    let config = options.home.dir().join("serve.toml");
    std::fs::write(&config, CONFIG).map_err(|cause| AppError::file(&config, cause))?;
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--config"])
        .arg(&config)
        .arg("--data-dir")
        .arg(options.home.dir())
        .env("SHISU_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    match &options.database {
        // Not in the arguments, which everybody on the machine can read.
        Some(url) => command.env("SHISU_DATABASE_URL", url.secret()),
        None => command.env_remove("SHISU_DATABASE_URL"),
    };
    let mut process = command.spawn().map_err(failed)?;
    let mut line = String::new();
    if let Some(output) = process.stdout.take() {
        BufReader::new(output)
            .read_line(&mut line)
            .map_err(failed)?;
    }
    let address = line.trim().rsplit_once("//");
    let address = address.and_then(|(_, address)| address.parse().ok());
    match address {
        Some(address) => Ok(Spawned { address, process }),
        None => {
            drop(process.kill());
            drop(process.wait());
            Err(AppError::Input(
                "the server under load did not start".into(),
            ))
        }
    }
}

impl Served for Running {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.begin();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn show(report: &Report) {
    let limits = &report.limits;
    let mut table = output::table(&["极限 / limit", "每秒 / per second"]);
    table.add_row([
        "V 严格验签,全部核心 / strict verification, all cores".to_owned(),
        format!("{:.0}", limits.verify_per_s),
    ]);
    table.add_row([
        "W 原始持久写入 / raw durable inserts".to_owned(),
        format!("{:.0}", limits.insert_per_s),
    ]);
    table.add_row([
        "L = min(V, W)".to_owned(),
        format!("{:.0}", limits.limit_per_s),
    ]);
    table.add_row([
        "fdatasync".to_owned(),
        format!("{:.0}", limits.fdatasync_per_s),
    ]);
    output::line(&table.to_string());
    let mut table = output::table(&[
        "指标 / figure",
        "值 / value",
        "目标 / goal",
        "达到 / met",
        "说明 / note",
    ]);
    for figure in &report.figures {
        table.add_row(row(figure));
    }
    output::line(&table.to_string());
    for what in &report.not_measured {
        output::line(&format!("未测 / not measured: {what}"));
    }
}

fn row(figure: &Figure) -> [String; 5] {
    let sign = if figure.at_least { "≥" } else { "≤" };
    [
        figure.what.to_owned(),
        format!("{:.2} {}", figure.value, figure.unit),
        format!("{sign} {:.2} {}", figure.goal, figure.unit),
        if figure.met {
            "✓".to_owned()
        } else {
            "✗".to_owned()
        },
        figure.note.clone(),
    ]
}
