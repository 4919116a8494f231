//! Bodies, read with a limit on bytes before and after decompression, on time, and on what all
//! bodies together take. Only gzip is undone, and here rather than by the framework: other
//! encodings can blow up one packet to more than the memory of the machine before anybody counts.

use crate::api::problem::Problem;
use crate::app::config::Limits;
use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use actix_web::web::{Buf as _, BytesMut, Payload};
use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Bytes that all bodies together take.
#[derive(Debug, Clone, Default)]
pub struct Room(Arc<AtomicUsize>);

/// Bytes taken out of the room, given back when the body is done with.
#[derive(Debug)]
pub struct Taken {
    room: Room,
    bytes: usize,
}

impl Room {
    /// Bytes in use.
    #[must_use]
    pub fn used(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    const fn nothing(room: Self) -> Taken {
        Taken { room, bytes: 0 }
    }

    /// Takes `bytes` if no more than `max` are in use then.
    ///
    /// # Errors
    /// When there is no room now.
    pub fn take(&self, bytes: usize, max: usize) -> Result<Taken, Problem> {
        let mut taken = Self::nothing(self.clone());
        taken.grow(bytes, max)?;
        Ok(taken)
    }
}

impl Taken {
    /// Takes so much that it has `bytes`; whoever finds no room is turned away.
    fn grow(&mut self, bytes: usize, max: usize) -> Result<(), Problem> {
        let more = bytes.saturating_sub(self.bytes);
        let before = self.room.0.fetch_add(more, Ordering::Relaxed);
        self.bytes = self.bytes.saturating_add(more);
        if before.saturating_add(more) > max {
            return Err(Problem::new(
                "overloaded",
                "正在收发的内容过多",
                "too much is under way at the moment",
            ));
        }
        Ok(())
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A body as it came, and the room it takes.
#[derive(Debug)]
pub struct Body {
    bytes: BytesMut,
    gzip: bool,
    max: usize,
    taken: Taken,
}

/// Reads a body of at most `max` bytes.
///
/// # Errors
/// Too large, too slow, cut off, an encoding other than gzip, or no room for it now.
pub async fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    room: &Room,
    limits: &Limits,
    max: usize,
) -> Result<Body, Problem> {
    let gzip = is_gzip(request)?;
    let announced = announced(request)?;
    if announced.is_some_and(|bytes| bytes > max) {
        return Err(too_large(max));
    }
    let mut taken = Room::nothing(room.clone());
    taken.grow(announced.unwrap_or(0), limits.bodies_bytes_max)?;
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or(0).min(64 * 1024));
    let all = async {
        while let Some(part) = next(payload).await {
            let part = part.map_err(|error| broken(&error))?;
            if bytes.len().saturating_add(part.remaining()) > max {
                return Err(too_large(max));
            }
            bytes.extend_from_slice(&part);
            taken.grow(bytes.len(), limits.bodies_bytes_max)?;
        }
        Ok(())
    };
    let patience = Duration::from_millis(limits.body_wait_ms);
    match actix_web::rt::time::timeout(patience, all).await {
        Ok(done) => done?,
        Err(_elapsed) => {
            return Err(Problem::new(
                "body_timeout",
                "没有在规定时间内收到完整内容",
                "the body did not arrive in time",
            ));
        }
    }
    Ok(Body {
        bytes,
        gzip,
        max,
        taken,
    })
}

impl Body {
    /// The text, and the room it goes on taking. Undoes the compression, which is work.
    ///
    /// # Errors
    /// No UTF-8, not gzip although it says so, or more than the limit once it is undone.
    pub fn text(self) -> Result<(String, Taken), Problem> {
        let (bytes, taken) = self.plain()?;
        let text = String::from_utf8(bytes).map_err(|_bad| {
            Problem::new("bad_encoding", "内容不是 UTF-8", "the body is not UTF-8")
        })?;
        Ok((text, taken))
    }

    /// The bytes, and the room they go on taking. Undoes the compression, which is work.
    ///
    /// # Errors
    /// Not gzip although it says so, or more than the limit once it is undone.
    pub fn plain(mut self) -> Result<(Vec<u8>, Taken), Problem> {
        if !self.gzip {
            return Ok((self.bytes.to_vec(), self.taken));
        }
        let max = u64::try_from(self.max).unwrap_or(u64::MAX);
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(self.bytes.reader())
            .take(max.saturating_add(1))
            .read_to_end(&mut plain)
            .map_err(|_bad| {
                Problem::new("bad_encoding", "gzip 内容损坏", "the body is not gzip")
            })?;
        if plain.len() > self.max {
            return Err(too_large(self.max));
        }
        self.taken.grow(plain.len(), usize::MAX)?;
        Ok((plain, self.taken))
    }
}

async fn next(payload: &mut Payload) -> Option<Result<actix_web::web::Bytes, PayloadError>> {
    let mut payload = std::pin::Pin::new(payload);
    std::future::poll_fn(|task| futures_core::Stream::poll_next(payload.as_mut(), task)).await
}

fn announced(request: &HttpRequest) -> Result<Option<usize>, Problem> {
    let Some(value) = request.headers().get(CONTENT_LENGTH) else {
        return Ok(None);
    };
    let bytes = value.to_str().ok().and_then(|text| text.parse().ok());
    bytes.map(Some).ok_or_else(|| {
        Problem::new(
            "bad_content_length",
            "Content-Length 不是数字",
            "Content-Length is not a number",
        )
    })
}

fn is_gzip(request: &HttpRequest) -> Result<bool, Problem> {
    let mut encodings = request.headers().get_all(CONTENT_ENCODING);
    let first = encodings.next().map(|value| value.as_bytes());
    match (first, encodings.next()) {
        (None, _) => Ok(false),
        (Some(name), None) if name.eq_ignore_ascii_case(b"identity") => Ok(false),
        (Some(name), None) if name.eq_ignore_ascii_case(b"gzip") => Ok(true),
        _ => Err(Problem::new(
            "unsupported_encoding",
            "内容编码只支持 gzip",
            "the only content encoding is gzip",
        )),
    }
}

fn too_large(max: usize) -> Problem {
    Problem::new(
        "body_too_large",
        format!("内容超过 {max} 字节"),
        format!("the body is larger than {max} bytes"),
    )
}

fn broken(error: &PayloadError) -> Problem {
    tracing::debug!(%error, "a body broke off");
    Problem::new("incomplete_body", "内容没有传完", "the body broke off")
}
