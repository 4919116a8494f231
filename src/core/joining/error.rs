//! Why somebody cannot join, or invite.

use crate::core::record::RecordError;
use crate::core::text::{Bilingual, Explain};

/// Why an invitation is not made or not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// There is none with this name, or the code is another: which of the two is not told.
    #[error("no such invitation, or the code is wrong")]
    Unknown,
    /// Its time is over.
    #[error("the invitation has expired; ask for another")]
    Expired,
    /// It was taken back.
    #[error("the invitation was taken back; ask for another")]
    Revoked,
    /// Another device has answered it.
    #[error(
        "another device has answered this invitation; if that was not you, tell whoever invited you"
    )]
    Used,
    /// Whoever asks may not add keys for this party and these sites.
    #[error("this key may not add keys for that party and those sites")]
    NotEntitled,
    /// A key that signs for somebody already.
    #[error("this key is enrolled already; make a new one")]
    KeyKnown,
    /// Nodes and their keys are named by the first record of a log alone.
    #[error("nobody is invited as a node")]
    NodeRole,
    /// The party is not enrolled.
    #[error("the party is not enrolled")]
    UnknownParty,
    /// A site is not enrolled, or is another party's.
    #[error("a site is not enrolled for that party")]
    UnknownSite,
    /// Beyond a limit.
    #[error("too many invitations are open, or too many sites named")]
    TooMany,
    /// The invitation would be open for too long, or not at all.
    #[error("an invitation is open for at least a minute and at most 30 days")]
    Duration,
    /// The key or the proof of possession is not acceptable.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Explain for JoinError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_invitation",
            Self::Expired => "invitation_expired",
            Self::Revoked => "invitation_revoked",
            Self::Used => "invitation_used",
            Self::NotEntitled => "not_allowed",
            Self::KeyKnown => "key_known",
            Self::NodeRole => "node_only",
            Self::UnknownParty => "unknown_party",
            Self::UnknownSite => "unknown_site",
            Self::TooMany => "too_many_invitations",
            Self::Duration => "invitation_duration",
            Self::Record(error) => error.code(),
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Unknown => "没有这个邀请,或邀请码不对",
            Self::Expired => "邀请已过期,请重新索取",
            Self::Revoked => "邀请已撤回,请重新索取",
            Self::Used => "该邀请已被另一台设备使用;如不是您本人,请告知邀请人",
            Self::NotEntitled => "该密钥无权为此主体和场所增加设备",
            Self::KeyKnown => "该密钥已登记,请生成新密钥",
            Self::NodeRole => "不能邀请节点",
            Self::UnknownParty => "主体未登记",
            Self::UnknownSite => "场所未登记或不属于该主体",
            Self::TooMany => "未使用的邀请过多,或场所过多",
            Self::Duration => "邀请有效期应在 1 分钟到 30 天之间",
            Self::Record(error) => return error.explain(),
        };
        Bilingual::new(zh, self.to_string())
    }
}
