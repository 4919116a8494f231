//! Whoever manages parties, sites and keys, as a request shows it.

use super::problem::Problem;
use super::sight::Sight;
use crate::core::record::Kid;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::pin::Pin;

/// What a request says of the key that asks.
pub trait AsksWithKey {
    /// The key, if somebody is signed in.
    fn key(&self) -> Option<Kid>;
}

impl AsksWithKey for Sight {
    fn key(&self) -> Option<Kid> {
        // There are no sessions yet, so nobody is.
        None
    }
}

/// The key of whoever is signed in. What it may do is looked up where it is used.
#[derive(Debug, Clone, Copy)]
pub struct Inviter(pub Kid);

impl FromRequest for Inviter {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sight = Sight::from_request(request, payload);
        Box::pin(async move {
            let key = sight.await?.key();
            key.map(Self).ok_or_else(|| {
                Problem::new(
                    "sign_in_required",
                    "请用管理密钥登录",
                    "sign in with an administrator's key",
                )
            })
        })
    }
}
