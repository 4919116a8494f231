//! Somebody between client and server who does what networks do.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is passed on, and so is its answer.
    Pass,
    /// It is passed on; the connection ends when the server has answered.
    LoseAnswer,
    /// It is passed on; half of the answer arrives.
    HalfAnswer,
    /// It goes no further, and is answered 503 with `Retry-After: 1`.
    Busy,
    /// It goes no further, and the connection ends.
    Drop,
}

/// A proxy.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Proxy {
    /// Stands before `server`; requests meet these fates in order, and the last one for ever.
    pub fn before(server: SocketAddr, fates: &[Fate]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (noted, mut fates) = (Arc::clone(&seen), VecDeque::from(fates.to_vec()));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let fate = if fates.len() > 1 {
                    fates.pop_front().unwrap()
                } else {
                    fates[0]
                };
                let _ = handle(client.unwrap(), server, fate, &noted);
            }
        });
        Self { address, seen }
    }

    /// Its address as clients name it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Records in the body of each request that came.
    pub fn records_seen(&self) -> Vec<usize> {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .map(|body| {
                body.split(|byte| *byte == b'\n')
                    .filter(|line| !line.is_empty())
                    .count()
            })
            .collect()
    }
}

fn handle(
    mut client: TcpStream,
    server: SocketAddr,
    fate: Fate,
    seen: &Mutex<Vec<Vec<u8>>>,
) -> std::io::Result<()> {
    client.set_read_timeout(Some(Duration::from_secs(20)))?;
    let (head, body) = message(&mut client)?;
    seen.lock().unwrap().push(body.clone());
    match fate {
        Fate::Drop => return client.shutdown(Shutdown::Both),
        Fate::Busy => {
            let busy = "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\
                        Connection: close\r\n\r\n";
            return client.write_all(busy.as_bytes());
        }
        Fate::Pass | Fate::LoseAnswer | Fate::HalfAnswer => {}
    }
    let mut upstream = TcpStream::connect(server)?;
    upstream.set_read_timeout(Some(Duration::from_secs(20)))?;
    upstream.write_all(&head)?;
    upstream.write_all(&body)?;
    let (head, body) = message(&mut upstream)?;
    match fate {
        Fate::Pass => {
            // Each request is a connection of its own here.
            let head = String::from_utf8(head).unwrap();
            let head = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
            client.write_all(head.as_bytes())?;
            client.write_all(&body)
        }
        Fate::HalfAnswer => {
            client.write_all(&head)?;
            client.write_all(&body[..body.len() / 2])?;
            client.shutdown(Shutdown::Both)
        }
        _ => client.shutdown(Shutdown::Both),
    }
}

/// Head and body of a request or an answer that says its length.
fn message(stream: &mut TcpStream) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 65_536];
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end.map(|end| end + 4) {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            if head.contains("transfer-encoding: chunked") {
                if bytes.ends_with(b"\r\n0\r\n\r\n") {
                    let body = bytes.split_off(end);
                    return Ok((bytes, body));
                }
                read_more(stream, &mut bytes, &mut buffer)?;
                continue;
            }
            let mut lines = head.lines();
            let length = lines.find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if bytes.len() >= end + length {
                let body = bytes.split_off(end);
                return Ok((bytes, body));
            }
        }
        read_more(stream, &mut bytes, &mut buffer)?;
    }
}

fn read_more(
    stream: &mut TcpStream,
    bytes: &mut Vec<u8>,
    buffer: &mut [u8],
) -> std::io::Result<()> {
    match stream.read(buffer)? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        count => {
            bytes.extend_from_slice(&buffer[..count]);
            Ok(())
        }
    }
}
