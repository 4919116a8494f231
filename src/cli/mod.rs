//! The `shisu` command: thin commands over the use cases. Exit status 0 is good, 1 is bad,
//! 2 is a call that was not understood.

mod backup;
mod bench;
mod bundle;
mod check;
mod consent;
mod demo;
mod device;
mod draw;
mod enrol;
mod help;
mod imports;
mod init;
mod invite;
mod join;
mod key;
mod label;
mod manage;
mod migrate;
mod monitor;
mod output;
mod publish;
mod rebuild;
mod report;
mod restore;
mod serve;
mod server;
mod sign;
mod stop;
mod submit;
mod trace;
mod verify;

use crate::app::AppError;
use crate::app::home::Home;
use crate::app::ledger::Options;
use crate::core::text::Explain as _;
use clap::{Args, FromArgMatches as _, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

const AFTER_HELP: &str = "\
新手三步 / First steps:
  shisu demo
      载入九个虚构的旅程并逐一判定 / load nine invented journeys and judge each
  shisu trace 01/09520002000033/10/Q0417-1 --data-dir shisu-demo
      从批次码追到源头 / trace a lot to its source
  shisu bundle 01/09520002000033/10/Q0417-1 --out lot.json --data-dir shisu-demo
  shisu verify lot.json --policy shisu-demo/policy.txt
      取证据包并离线核验 / take an evidence bundle and verify it offline

退出码 / Exit status: 0 正常 good · 1 有问题 bad · 2 用法错误 usage";

/// 食溯 Shisu:长三角食品追溯账本 / a food traceability ledger for the Yangtze River Delta
#[derive(Debug, Parser)]
#[command(name = "shisu", version, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 新建账本:密钥、数据库和日志的第一条记录 / begin a ledger: keys, database, first record
    Init(init::Init),
    /// 载入九个虚构的旅程并判定 / load nine invented journeys and judge each
    Demo(demo::Demo),
    /// 制作和查看密钥 / make keys and look at them
    Key(key::Key),
    /// 密封并签名一条记录 / seal and sign a record
    Sign(sign::Sign),
    /// 提交已签名的记录并取得回执 / submit signed records and get receipts
    Submit(submit::Submit),
    /// 从许可证登记表批量登记主体和场所 / enrol parties and sites from a licence register
    Enrol(enrol::Enrol),
    /// 从表格导入批次、发货、销售 / import lots, dispatches and sales from CSV and Excel
    Import(imports::Import),
    /// 邀请主体或场所的设备加入 / invite devices of a party or site
    Invite(invite::Invite),
    /// 应答邀请 / answer an invitation
    Join(join::Join),
    /// 增加、吊销、列出设备 / add, revoke and list devices
    Device(device::Device),
    /// 启动服务 / serve the ledger over HTTP
    Serve(serve::Serve),
    /// 追溯一个批次并给出判定 / trace a lot and judge it
    Trace(trace::Trace),
    /// 导出一个批次的证据包 / write the evidence bundle of a lot
    Bundle(bundle::Bundle),
    /// 制作标签:二维码和法定文字 / make a label: the QR code and the words that the law wants
    Label(label::Label),
    /// 离线核验证据包 / verify an evidence bundle offline
    Verify(verify::Verify),
    /// 测量性能 / measure limits and figures
    Bench(bench::Bench),
    /// 从原始字节重新核验整个账本 / re-verify the whole ledger from its bytes
    Check(check::Check),
    /// 由日志重建全部派生数据 / rebuild every projection from the log
    Rebuild(rebuild::Rebuild),
    /// 把较早版本的账本迁移到本版本 / bring a ledger of an earlier version to this one
    Migrate(migrate::Migrate),
    /// 把日志公布为静态文件 / publish the log as files that any file server can serve
    Publish(publish::Publish),
    /// 处理消费者的举报 / problems that consumers reported
    Report(report::Reports),
    /// 不停机备份账本 / back a ledger up while it runs
    Backup(backup::Backup),
    /// 由备份恢复账本,先与已签发的日志头对照 / restore a backup, after comparing it with signed heads
    Restore(restore::Restore),
    /// 按哈希块跟随日志并指出问题 / follow a log by its tiles and say what is wrong
    Monitor(monitor::Watch),
}

/// Which ledger.
#[derive(Debug, Clone, Args)]
pub(crate) struct Where {
    /// 账本目录 / folder of the ledger
    #[arg(
        long,
        value_name = "DIR",
        env = "SHISU_DATA_DIR",
        default_value = "shisu-data"
    )]
    data_dir: PathBuf,
    /// 数据库地址,默认为目录中的 SQLite / database, by default the folder's SQLite file
    /// (postgres://user@host/name or sqlite:PATH)
    #[arg(
        long,
        value_name = "URL",
        env = "SHISU_DATABASE_URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// 缺少日志头副本时仍继续(确认数据库是最新的)/ go on without the second copy of the head, knowing that the
    /// database is the newest there is
    #[arg(long)]
    accept_missing_head_copy: bool,
    /// 日志头副本,宜放在另一块磁盘;init 时记入账本目录,以后不必再写 / second copy of the signed head, best on
    /// another disk; init notes it in the ledger's folder, so that it need not be given again
    #[arg(long, value_name = "PATH", env = "SHISU_HEAD_COPY")]
    head_copy: Option<PathBuf>,
    /// 时钟比上一节拍超前 30 天以上时仍继续(确认时钟无误,节点确实停用了这么久)/ go on though the clock is more
    /// than 30 days ahead of the last beat, knowing that it is right and the node was off for so long
    #[arg(long)]
    accept_clock: bool,
}

impl Where {
    fn options(&self) -> Result<Options, AppError> {
        let mut options = Options::of(Home::at(&self.data_dir));
        options.accept_missing_copy = self.accept_missing_head_copy;
        options.head_copy.clone_from(&self.head_copy);
        options.accept_clock = self.accept_clock;
        if let Some(url) = &self.database_url {
            options.set_database(url)?;
        }
        Ok(options)
    }
}

/// Runs the command line and gives its exit status.
#[must_use]
pub fn run() -> ExitCode {
    let called = help::command()
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match called {
        Ok(cli) => cli,
        Err(error) => return help::answer(&error),
    };
    // Whoever operates a server wants to see its requests; whoever runs a command, its faults. Of
    // what is no HTTP the library would write a line each, as many as a stranger likes.
    output::start_log(match &cli.command {
        Command::Serve(_) => "warn,shisu=info,actix_http::h1=off",
        _ => "warn",
    });
    let outcome = match cli.command {
        Command::Init(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Trace(command) => command.run(),
        Command::Bundle(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Label(command) => command.run(),
        Command::Key(command) => command.run(),
        Command::Sign(command) => command.run(),
        Command::Submit(command) => command.run(),
        Command::Enrol(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Invite(command) => command.run(),
        Command::Join(command) => command.run(),
        Command::Device(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Rebuild(command) => command.run(),
        Command::Migrate(command) => command.run(),
        Command::Publish(command) => command.run(),
        Command::Report(command) => command.run(),
        Command::Backup(command) => command.run(),
        Command::Restore(command) => command.run(),
        Command::Monitor(command) => command.run(),
    };
    match outcome {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Bad) => ExitCode::from(1),
        Err(error) => {
            output::fail(error.code(), &error.explain());
            match error {
                AppError::Argument { .. } => help::refused(),
                _ => ExitCode::from(1),
            }
        }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What was asked is so.
    Good,
    /// What was asked is not so, and the output says why.
    Bad,
}
