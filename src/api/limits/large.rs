//! Large answers. Whoever does not read theirs makes the server keep it, so all that are kept are
//! counted together, and none is copied out before there is room for it on the way.

use super::body::{Room, Taken};
use crate::api::problem::Problem;
use crate::app::node::Node;
use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Bytes of an answer that is not worth counting.
const SMALL_MAX: usize = 64 * 1024;

/// Bytes that are handed over at a time.
const PART: usize = 32 * 1024;

/// What all large answers take.
#[derive(Debug, Clone, Default)]
pub struct Answers(pub Room);

/// A large answer under way.
struct Large {
    rest: Bytes,
    _taken: Taken,
}

/// Goes around every handler, inside of compression: counts a large answer until it is out.
///
/// # Errors
/// Those of the handler.
pub async fn counted<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let is_small = match response.response().body().size() {
        BodySize::Sized(bytes) => usize::try_from(bytes).is_ok_and(|bytes| bytes <= SMALL_MAX),
        BodySize::None => true,
        BodySize::Stream => false,
    };
    if is_small {
        return Ok(response);
    }
    let request = response.request();
    let answers = request.app_data::<Data<Answers>>().cloned();
    let node = request.app_data::<Data<Node>>();
    let max = node.map(|node| node.config().limits.answers_bytes_max);
    let (Some(answers), Some(max)) = (answers, max) else {
        return Ok(response);
    };
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(bytes) => match large(&answers, bytes, max) {
            Ok(body) => body,
            Err(problem) => return Ok(ServiceResponse::from_err(problem, request)),
        },
        // What comes in parts anyway is not kept.
        Err(stream) => stream,
    };
    Ok(ServiceResponse::new(request, head.set_body(body)))
}

/// A large answer; it counts until it is out.
fn large(answers: &Answers, bytes: Bytes, max: usize) -> Result<BoxBody, Problem> {
    let taken = answers.0.take(bytes.len(), max)?;
    Ok(BoxBody::new(Large {
        rest: bytes,
        _taken: taken,
    }))
}

impl MessageBody for Large {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(u64::try_from(self.rest.len()).unwrap_or(u64::MAX))
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let part = self.rest.len().min(PART);
        Poll::Ready(Some(Ok(self.rest.split_to(part))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_answers_count_until_they_are_out() {
        let answers = Answers::default();
        let bytes = || Bytes::from(vec![b'x'; 100_000]);
        let first = large(&answers, bytes(), 150_000).unwrap();
        assert_eq!(first.size(), BodySize::Sized(100_000));
        assert_eq!(answers.0.used(), 100_000);
        let refused = large(&answers, bytes(), 150_000).map(drop).unwrap_err();
        assert_eq!(refused.code(), "overloaded");
        drop(first);
        assert!(large(&answers, bytes(), 150_000).is_ok());
        assert_eq!(answers.0.used(), 0);
    }
}
