//! Whoever manages parties, sites and keys, as a request shows it.

use super::problem::Problem;
use super::sight::Sight;
use crate::core::record::Kid;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::pin::Pin;

/// The key of whoever is signed in. What it may do is looked up where it is used, so that a key
/// that was revoked a moment ago does nothing any more.
#[derive(Debug, Clone, Copy)]
pub struct Inviter(pub Kid);

impl FromRequest for Inviter {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sight = Sight::from_request(request, payload);
        Box::pin(async move {
            let sight = sight.await?;
            let key = sight.audience().viewer().map(|viewer| viewer.kid);
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
