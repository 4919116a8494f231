//! Ten thousand connections that ask for nothing: whoever reads or submits is served beside them,
//! they take little memory, and each is ended when its time is over.

use crate::client::Client;
use crate::common::draft::create;
use crate::host::post;
use crate::place::Place;
use crate::program::Program;
use crate::town::Town;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, SockAddr, Socket, Type};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Connections that ask for nothing.
const IDLE: usize = 10_000;

/// How many of them come from one address, of which the server takes 1,024.
const PER_ADDRESS: usize = 1_000;

/// One of so many asked something once and is kept for more; the others never say a word.
const ASKED_ONE_IN: usize = 4;

/// Milliseconds for which the server keeps either kind.
const KEPT_MS: u64 = 12_000;

/// Files that this process has open besides.
const OTHER_FILES: usize = 512;

/// Bytes of the server's memory that a connection may take: two buffers of 8 KiB, and the rest.
const BYTES_EACH_MAX: usize = 32 * 1024;

/// How long somebody may wait who is served beside them.
const SERVED_MAX: Duration = Duration::from_secs(2);

/// Connections that this process may open: all, or as many as the system lets it.
fn connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let needed = u64::try_from(IDLE + OTHER_FILES).unwrap();
    let may = limit.maximum.map_or(needed, |hard| hard.min(needed));
    if limit.current.is_some_and(|soft| soft < may) {
        let raised = Rlimit {
            current: Some(may),
            maximum: limit.maximum,
        };
        setrlimit(Resource::Nofile, raised).unwrap();
    }
    let count = IDLE.min(usize::try_from(may).unwrap() - OTHER_FILES);
    if count < IDLE {
        eprintln!("the limit of open files allows {count} idle connections, not {IDLE}");
    }
    count
}

/// A connection from one of the addresses of this machine: a port of one address is not enough.
fn connect(to: SocketAddr, number: usize) -> TcpStream {
    let host = u8::try_from(1 + number / PER_ADDRESS).unwrap();
    let from = SocketAddr::from((Ipv4Addr::new(127, 0, 1, host), 0));
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SockAddr::from(from)).unwrap();
    socket.connect(&SockAddr::from(to)).unwrap();
    socket.into()
}

fn ask_once(stream: &mut TcpStream) {
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut answer = [0; 4_096];
    assert!(stream.read(&mut answer).unwrap() > 0);
}

fn is_open(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let mut byte = [0];
    let looked = stream.peek(&mut byte);
    stream.set_nonblocking(false).unwrap();
    matches!(looked, Err(cause) if cause.kind() == ErrorKind::WouldBlock)
}

/// Whether the other side ends the connection before `deadline`.
fn is_ended(stream: &mut TcpStream, deadline: Instant) -> bool {
    let mut said = [0; 4_096];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = left.max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left)).unwrap();
        match stream.read(&mut said) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(cause) => return cause.kind() == ErrorKind::ConnectionReset,
        }
    }
}

/// Resident bytes of a process.
fn resident(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.unwrap().trim().trim_end_matches(" kB");
    kib.parse::<usize>().unwrap() * 1024
}

#[test]
fn ten_thousand_idle_connections_keep_nobody_out_and_are_ended_in_time() {
    let count = connections();
    let mut town = Town::new(Place::sqlite());
    town.close();
    let config = format!(
        "[limits]\nhead_wait_ms = {KEPT_MS}\nkeep_alive_ms = {KEPT_MS}\n\
         [rates]\naddress_per_s = 0\n"
    );
    // The usual limit of a shell, which the server raises by itself.
    let mut command = Program::command(&town, &config, "ulimit -Sn 1024");
    let program = Program::start(command.env("SHISU_LOG", "error"));
    let (to, pid) = (program.address, program.child.id());
    let mut lots = 0;
    let mut serve = || {
        lots += 1;
        let text = town.sign(
            "farm",
            &create(&format!("t/LOT-{lots}"), "1", "KGM", "leafy_vegetable"),
        );
        let began = Instant::now();
        assert_eq!(post(&mut Client::to(to), &text).status, 201);
        let path = format!("/v1/lots/t/LOT-{lots}/verdict");
        assert_eq!(Client::to(to).get(&path).status, 200);
        assert!(began.elapsed() < SERVED_MAX, "{:?}", began.elapsed());
    };
    (0..20).for_each(|_| serve());
    let before = resident(pid);

    let mut idle: Vec<TcpStream> = (0..count).map(|number| connect(to, number)).collect();
    idle.iter_mut().step_by(ASKED_ONE_IN).for_each(ask_once);
    (0..20).for_each(|_| serve());
    let grown = resident(pid).saturating_sub(before);
    let open = idle.iter().filter(|stream| is_open(stream)).count();
    assert_eq!(open, count, "none was turned away or ended before its time");
    assert!(
        grown < count * BYTES_EACH_MAX,
        "{} bytes for each of {count}",
        grown / count
    );

    let deadline = Instant::now() + 2 * Duration::from_millis(KEPT_MS);
    let kept = idle
        .iter_mut()
        .map(|stream| is_ended(stream, deadline))
        .filter(|ended| !ended)
        .count();
    assert_eq!(kept, 0, "connections are kept beyond their time");
    serve();
    program.end();
}
