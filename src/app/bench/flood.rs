//! More submissions than a server can take: many connections, and arrivals by the clock rather
//! than when the one before was answered. One record a request; whoever is turned away comes again
//! with the same record, as a device would.

use super::http::{broken, odd};
use crate::app::AppError;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// Threads that send.
const THREADS: usize = 2;

/// Bytes of an answer at most; a receipt has about one thousand.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// How long one answer may take before the run is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a flood is.
pub(super) struct Flood {
    /// Where to.
    pub(super) address: SocketAddr,
    /// Arrivals a second, over all connections.
    pub(super) per_s: f64,
    /// How long.
    pub(super) lasts: Duration,
}

/// What became of it.
#[derive(Debug, Default)]
pub(super) struct Came {
    /// Requests that were sent.
    pub(super) sent: u64,
    /// Requests that were turned away with 503 and told when to come back.
    pub(super) turned_away: u64,
    /// Records that were accepted, each with the index of its receipt.
    pub(super) accepted: Vec<(String, u64)>,
    /// How long the answer to those took.
    pub(super) took: Vec<Duration>,
}

/// Sends the records of each connection until they are used up or the time is over.
pub(super) fn flood(flood: &Flood, work: Vec<Vec<String>>) -> Result<Came, AppError> {
    let connections = u32::try_from(work.len().max(1)).unwrap_or(u32::MAX);
    let between = Duration::from_secs_f64(f64::from(connections) / flood.per_s.max(1.0));
    let sent = AtomicU64::new(0);
    let mut shares: Vec<Vec<Vec<String>>> = (0..THREADS).map(|_| Vec::new()).collect();
    for (at, texts) in work.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(at % THREADS) {
            share.push(texts);
        }
    }
    let came: Result<Vec<Came>, AppError> = std::thread::scope(|scope| {
        let running: Vec<_> = shares
            .into_iter()
            .map(|share| scope.spawn(|| on_thread(flood, share, between, &sent)))
            .collect();
        let joined = running.into_iter().map(|running| match running.join() {
            Ok(came) => came,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    });
    let mut all = Came::default();
    for one in came? {
        all.turned_away = all.turned_away.saturating_add(one.turned_away);
        all.accepted.extend(one.accepted);
        all.took.extend(one.took);
    }
    all.sent = sent.into_inner();
    Ok(all)
}

/// Runs some of the connections.
fn on_thread(
    flood: &Flood,
    share: Vec<Vec<String>>,
    between: Duration,
    sent: &AtomicU64,
) -> Result<Came, AppError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(broken)?;
    let count = u32::try_from(share.len().max(1)).unwrap_or(u32::MAX);
    LocalSet::new().block_on(&runtime, async {
        let ends = Instant::now() + flood.lasts;
        let running = share.into_iter().enumerate().map(|(at, texts)| {
            // Spread over one interval, so that they do not all arrive at once.
            let at = u32::try_from(at).unwrap_or(0);
            let first = Instant::now() + between * at / count;
            let lane = Lane {
                address: flood.address,
                texts,
                next: first,
                between,
                ends,
            };
            tokio::task::spawn_local(lane.run())
        });
        let running: Vec<_> = running.collect();
        let mut all = Came::default();
        for one in running {
            let one = one.await.map_err(|cause| odd(&cause.to_string()))??;
            sent.fetch_add(one.sent, Ordering::Relaxed);
            all.turned_away = all.turned_away.saturating_add(one.turned_away);
            all.accepted.extend(one.accepted);
            all.took.extend(one.took);
        }
        Ok(all)
    })
}

/// One connection.
struct Lane {
    address: SocketAddr,
    texts: Vec<String>,
    next: Instant,
    between: Duration,
    ends: Instant,
}

impl Lane {
    async fn run(mut self) -> Result<Came, AppError> {
        let stream = TcpStream::connect(self.address).await.map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        let mut came = Came::default();
        let mut buffer = Vec::new();
        while let Some(text) = self.texts.pop() {
            tokio::time::sleep_until(self.next.into()).await;
            if Instant::now() >= self.ends {
                break;
            }
            // Who is late sends at once and does not catch up: the connections are bounded.
            self.next = (self.next + self.between).max(Instant::now());
            let began = Instant::now();
            let answer = tokio::time::timeout(PATIENCE, ask(&stream, &text, &mut buffer)).await;
            let answer = answer.map_err(|_elapsed| odd("a submission was not answered"))??;
            came.sent = came.sent.saturating_add(1);
            match answer {
                Answer::Accepted(index) => {
                    came.took.push(began.elapsed());
                    came.accepted.push((text, index));
                }
                Answer::TurnedAway => {
                    came.turned_away = came.turned_away.saturating_add(1);
                    self.texts.push(text);
                }
            }
        }
        Ok(came)
    }
}

/// What a submission may hear under overload.
enum Answer {
    Accepted(u64),
    TurnedAway,
}

async fn ask(stream: &TcpStream, text: &str, buffer: &mut Vec<u8>) -> Result<Answer, AppError> {
    let request = format!(
        "POST /v1/records HTTP/1.1\r\nhost: bench\r\ncontent-type: application/sd-jwt\r\n\
         content-length: {}\r\n\r\n{text}",
        text.len()
    );
    let mut rest = request.as_bytes();
    while !rest.is_empty() {
        stream.writable().await.map_err(broken)?;
        match stream.try_write(rest) {
            Ok(count) => rest = rest.get(count..).unwrap_or_default(),
            Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(cause) => return Err(broken(cause)),
        }
    }
    buffer.clear();
    loop {
        stream.readable().await.map_err(broken)?;
        match stream.try_read_buf(buffer) {
            Ok(0) => return Err(odd("a connection was ended")),
            Ok(_) if buffer.len() > ANSWER_BYTES_MAX => return Err(odd("an answer is too long")),
            Ok(_) => {
                let said = String::from_utf8_lossy(buffer);
                if let Some((head, body)) = whole(&said) {
                    return read(head, body);
                }
            }
            Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(cause) => return Err(broken(cause)),
        }
    }
}

/// Head and body of an answer, when all of it has arrived.
fn whole(said: &str) -> Option<(&str, &str)> {
    let (head, body) = said.split_once("\r\n\r\n")?;
    let length: usize = header(head, "content-length")?.parse().ok()?;
    (body.len() >= length).then_some((head, body))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = headers.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
    Some(value.trim())
}

fn read(head: &str, body: &str) -> Result<Answer, AppError> {
    let status = head.split(' ').nth(1).unwrap_or("");
    let mut lines = body.lines();
    match status {
        "201" => lines
            .find_map(|line| line.strip_prefix("index ")?.parse().ok())
            .map(Answer::Accepted)
            .ok_or_else(|| odd("a receipt has no index")),
        "503" if header(head, "retry-after").is_some() => Ok(Answer::TurnedAway),
        _ => Err(odd(&format!(
            "under overload a submission heard {status}: {body}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(said: &str) -> Option<Result<Answer, AppError>> {
        whole(said).map(|(head, body)| read(head, body))
    }

    #[test]
    fn an_answer_is_read_when_all_of_it_is_there() {
        let said =
            "HTTP/1.1 201 Created\r\nContent-Length: 33\r\n\r\nc2sp.org/tlog-proof@v1\nindex 41\nx";
        assert!(matches!(heard(said), Some(Ok(Answer::Accepted(41)))));
        let cut: String = said.chars().take(said.len() - 1).collect();
        assert!(heard(&cut).is_none());
    }

    #[test]
    fn who_is_turned_away_must_be_told_when_to_come_back() {
        let told = "HTTP/1.1 503 X\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
        assert!(matches!(heard(told), Some(Ok(Answer::TurnedAway))));
        let untold = "HTTP/1.1 503 X\r\ncontent-length: 0\r\n\r\n";
        assert!(matches!(heard(untold), Some(Err(_))));
        let fault = "HTTP/1.1 500 X\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
        assert!(matches!(heard(fault), Some(Err(_))));
    }
}
