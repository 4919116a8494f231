//! Bodies that nobody reads. A request body that is dropped before its end would be read and
//! thrown away for as long as the client sends, if it comes in chunks. Held until the answer is
//! out, it makes the server end the connection instead.

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_core::Stream;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// A body that a handler may read and that is not dropped before the answer is out.
pub struct Held {
    _body: Rc<RefCell<Payload>>,
}

/// The handler's end of it.
struct Through(Rc<RefCell<Payload>>);

/// An answer that holds the body of its request.
struct Holding {
    answer: BoxBody,
    _held: Held,
}

/// Holds the body of a request, if it has one.
pub fn hold(request: &mut ServiceRequest) -> Option<Held> {
    match request.parts_mut().1.take() {
        Payload::None => None,
        payload => {
            let shared = Rc::new(RefCell::new(payload));
            request.set_payload(Payload::Stream {
                payload: Box::pin(Through(Rc::clone(&shared))),
            });
            Some(Held { _body: shared })
        }
    }
}

/// Lets go of the body when the answer is out.
#[must_use]
pub fn release_after(response: ServiceResponse, held: Option<Held>) -> ServiceResponse {
    match held {
        None => response,
        Some(held) => response.map_body(|_, answer| {
            BoxBody::new(Holding {
                answer,
                _held: held,
            })
        }),
    }
}

impl Stream for Through {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // Nobody else polls it, so it is never borrowed twice.
        Pin::new(&mut *self.0.borrow_mut()).poll_next(task)
    }
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(task)
    }
}
