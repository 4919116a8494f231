//! What whoever asks may see: the one place that decides it.

use super::problem::Problem;
use crate::app::bundle::Audience;
use crate::core::record::sealed::Class;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

/// What whoever asks may see. Until there is sign-in everybody is the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    audience: Audience,
}

impl Sight {
    /// What the public sees.
    pub const PUBLIC: Self = Self {
        audience: Audience::Public,
    };

    /// For whom traces, verdicts and bundles are made.
    #[must_use]
    pub const fn audience(self) -> Audience {
        self.audience
    }

    /// Whether sealed values of this class are shown.
    #[must_use]
    pub fn may_see(self, class: Class) -> bool {
        self.audience.may_see(class)
    }

    /// Refuses to list what may only be looked up by its code.
    ///
    /// # Errors
    /// For the public.
    pub fn list(self) -> Result<(), Problem> {
        match self.audience {
            Audience::Full => Ok(()),
            Audience::Public => Err(Problem::new(
                "sign_in_required",
                "列出内容需要登录",
                "listing needs a role; sign in first",
            )),
        }
    }
}

impl FromRequest for Sight {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(_request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self::PUBLIC))
    }
}
