//! Why somebody does not see what they ask for.

use super::Data;
use crate::core::text::{Bilingual, Explain};

/// Why something is not shown, or somebody not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Whoever asks is not signed in, and the public does not see it.
    #[error("sign in first: this is not for the public ({})", .0.code())]
    SignInRequired(Data),
    /// Whoever asks has no role or relation that shows it to them.
    #[error("this is not shown to you here ({})", .0.code())]
    NotAllowed(Data),
    /// Whoever sees over others has to say what for.
    #[error("say what for: the purpose is written into the journal that the party can read")]
    PurposeRequired,
    /// The session is over, or its key no longer stands.
    #[error("the session has ended")]
    SessionEnded,
    /// The challenge was answered before.
    #[error("the challenge was answered before")]
    ChallengeUsed,
    /// No key that stands made this signature.
    #[error("the signature is not that of a key that may sign in")]
    SignInFailed,
}

impl Explain for Denied {
    fn code(&self) -> &'static str {
        match self {
            Self::SignInRequired(_) => "sign_in_required",
            Self::NotAllowed(_) => "not_allowed",
            Self::PurposeRequired => "purpose_required",
            Self::SessionEnded => "session_ended",
            Self::ChallengeUsed => "challenge_used",
            Self::SignInFailed => "sign_in_failed",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::SignInRequired(data) => format!("{}不对公众公开,请先登录", name(*data)),
            Self::NotAllowed(data) => format!("您无权查看这里的{}", name(*data)),
            Self::PurposeRequired => "请写明查看目的(purpose):它会记入主体可查的留痕".to_owned(),
            Self::SessionEnded => "登录已失效,请重新登录".to_owned(),
            Self::ChallengeUsed => "这个挑战已经用过".to_owned(),
            Self::SignInFailed => "签名不是可登录的密钥所作".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}

fn name(data: Data) -> String {
    let row = super::table().data.iter().find(|row| row.data() == data);
    row.map_or_else(|| data.code().to_owned(), |row| row.name().zh)
}
