//! One connection of a load generator: it writes a request, waits for the whole answer, and says
//! how long that took. As little as a client can be, because it shares the cores with the server.

use crate::app::AppError;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long an answer may take before the run is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of an answer at most.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A connection that is kept open.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    request: Vec<u8>,
}

/// An answer, and how long it took.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) tag: Option<String>,
    pub(super) took: Duration,
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> Result<Self, AppError> {
        let stream = TcpStream::connect(address).map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(broken)?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            request: Vec::new(),
        })
    }

    pub(super) fn get(&mut self, path: &str) -> Result<Answer, AppError> {
        self.request.clear();
        write!(self.request, "GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n").map_err(broken)?;
        self.ask()
    }

    /// As [`get`](Self::get), with more headers, each with the end of its line.
    pub(super) fn get_as(&mut self, path: &str, headers: &str) -> Result<Answer, AppError> {
        self.request.clear();
        let head = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{headers}\r\n");
        self.request.extend_from_slice(head.as_bytes());
        self.ask()
    }

    pub(super) fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> Result<Answer, AppError> {
        self.request.clear();
        let length = body.len();
        write!(
            self.request,
            "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        )
        .map_err(broken)?;
        self.request.extend_from_slice(body);
        self.ask()
    }

    fn ask(&mut self) -> Result<Answer, AppError> {
        let began = Instant::now();
        let sent = self.stream.get_mut().write_all(&self.request);
        sent.map_err(broken)?;
        let mut line = String::new();
        self.stream.read_line(&mut line).map_err(broken)?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| odd("no status"))?;
        // What is the same has no body, and need not say so.
        let mut length = (status == 304).then_some(0);
        let mut tag = None;
        loop {
            line.clear();
            self.stream.read_line(&mut line).map_err(broken)?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok();
            } else if name.eq_ignore_ascii_case("etag") {
                tag = Some(value.trim().to_owned());
            }
        }
        let length = length.filter(|length| *length <= ANSWER_BYTES_MAX);
        let mut body = vec![0; length.ok_or_else(|| odd("no length"))?];
        self.stream.read_exact(&mut body).map_err(broken)?;
        Ok(Answer {
            status,
            body,
            tag,
            took: began.elapsed(),
        })
    }
}

pub(super) fn broken(cause: std::io::Error) -> AppError {
    odd(&cause.to_string())
}

pub(super) fn odd(what: &str) -> AppError {
    AppError::Input(format!("the server under load: {what}"))
}
