//! Whom to believe (C2SP `tlog-policy`): the logs one knows, the witnesses one knows, and how
//! many of them must have cosigned a checkpoint before it counts.

mod parse;

use super::checkpoint::{CheckpointError, SignedCheckpoint};
use super::cosignature::cosigned_at;
use super::key::{KeyError, Origin, VerifierKey};
use super::note::NoteError;
use crate::core::text::{Bilingual, Explain};
use crate::core::time::UnixSeconds;

/// Most logs in a policy; what C2SP asks of an implementation.
pub const LOGS_MAX: usize = 32;

/// Most witnesses in a policy; what C2SP asks of an implementation.
pub const WITNESSES_MAX: usize = 32;

/// Most groups in a policy; what C2SP asks of an implementation.
pub const GROUPS_MAX: usize = 32;

/// Longest policy in bytes.
pub const POLICY_BYTES_MAX: usize = 65_536;

/// What is wrong in a line of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyProblem {
    /// The text is longer than [`POLICY_BYTES_MAX`].
    #[error("the policy is longer than 65536 bytes")]
    TooLong,
    /// The last line is not ended, so the file may have been cut short.
    #[error("the line has no newline at its end")]
    Unterminated,
    /// A control character other than tab and newline.
    #[error("the line holds a control character")]
    ControlCharacter,
    /// The line begins with none of the four words.
    #[error("a line begins with log, witness, group or quorum")]
    Word,
    /// There are too many or too few items on the line.
    #[error("the line has too many or too few items")]
    Items,
    /// The verifier key cannot be used.
    #[error("{0}")]
    Key(KeyError),
    /// The key is not for what the line makes of it: logs sign (0x01), witnesses cosign (0x04).
    #[error("the key has the wrong signature type for this line")]
    KeyKind,
    /// The same public key stands on an earlier line.
    #[error("the same key stands on an earlier line")]
    DuplicateKey,
    /// The name is taken, or is the word none.
    #[error("the name is already taken")]
    DuplicateName,
    /// The name is not defined on an earlier line.
    #[error("the name is not defined on an earlier line")]
    UnknownName,
    /// A witness or group is a member twice.
    #[error("a name can be a member only once")]
    MemberTwice,
    /// The threshold is not any, all, or a number from 1 to the number of members.
    #[error("the threshold is not any, all, or from 1 to the number of members")]
    Threshold,
    /// More logs, witnesses or groups than the limit.
    #[error("there are more than 32 of these")]
    TooMany,
    /// There is a quorum line already.
    #[error("there is a quorum line already")]
    SecondQuorum,
    /// There is no quorum line.
    #[error("there is no quorum line")]
    NoQuorum,
}

impl PolicyProblem {
    const fn zh(self) -> &'static str {
        match self {
            Self::TooLong => "策略超过65536字节",
            Self::Unterminated => "行末缺少换行,文件可能不完整",
            Self::ControlCharacter => "含控制字符",
            Self::Word => "行首应为log、witness、group或quorum",
            Self::Items => "项数过多或过少",
            Self::Key(_) => "公钥不能使用",
            Self::KeyKind => "公钥的签名类型与本行不符",
            Self::DuplicateKey => "同一公钥已在前面的行中",
            Self::DuplicateName => "名称已被使用",
            Self::UnknownName => "名称未在前面的行中定义",
            Self::MemberTwice => "同一名称只能作一次成员",
            Self::Threshold => "门槛应为any、all或1至成员数",
            Self::TooMany => "超过32个",
            Self::SecondQuorum => "已有quorum行",
            Self::NoQuorum => "缺少quorum行",
        }
    }
}

/// Why a policy cannot be read, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct PolicyError {
    /// Line number from 1; for a policy without quorum, the last line.
    pub line: usize,
    /// What is wrong there.
    pub problem: PolicyProblem,
}

impl Explain for PolicyError {
    fn code(&self) -> &'static str {
        match self.problem {
            PolicyProblem::TooLong => "policy_too_long",
            PolicyProblem::Unterminated => "policy_unterminated",
            PolicyProblem::ControlCharacter => "policy_control_character",
            PolicyProblem::Word => "policy_word",
            PolicyProblem::Items => "policy_items",
            PolicyProblem::Key(error) => error.code(),
            PolicyProblem::KeyKind => "policy_key_kind",
            PolicyProblem::DuplicateKey => "policy_duplicate_key",
            PolicyProblem::DuplicateName => "policy_duplicate_name",
            PolicyProblem::UnknownName => "policy_unknown_name",
            PolicyProblem::MemberTwice => "policy_member_twice",
            PolicyProblem::Threshold => "policy_threshold",
            PolicyProblem::TooMany => "policy_too_many",
            PolicyProblem::SecondQuorum => "policy_second_quorum",
            PolicyProblem::NoQuorum => "policy_no_quorum",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = format!("第{}行:{}", self.line, self.problem.zh());
        Bilingual::new(zh, self.to_string())
    }
}

/// Why a checkpoint is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The policy names no log of this origin.
    #[error("the policy does not know the log {0}")]
    UnknownLog(Origin),
    /// The log's signature is missing or not genuine.
    #[error(transparent)]
    Log(CheckpointError),
    /// A cosignature in the name of a known witness is not genuine.
    #[error(transparent)]
    Witness(NoteError),
    /// Not enough witnesses have cosigned yet.
    #[error("not enough witnesses have cosigned: {}", .0.join(", "))]
    Quorum(Vec<String>),
}

impl Explain for TrustError {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownLog(_) => "trust_unknown_log",
            Self::Log(error) => error.code(),
            Self::Witness(error) => error.code(),
            Self::Quorum(_) => "trust_quorum",
        }
    }

    fn explain(&self) -> Bilingual {
        match self {
            Self::UnknownLog(log) => {
                Bilingual::new(format!("信任策略中没有日志{log}"), self.to_string())
            }
            Self::Log(error) => error.explain(),
            Self::Witness(error) => error.explain(),
            Self::Quorum(names) => Bilingual::new(
                format!("见证签名不足,已有{}个:{}", names.len(), names.join("、")),
                format!(
                    "only {} witnesses have cosigned: {}",
                    names.len(),
                    names.join(", ")
                ),
            ),
        }
    }
}

/// A log that is believed, under any of the checkpoints it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLog {
    /// Its key; the name of the key is the log's origin.
    pub key: VerifierKey,
    /// Where it is served, if the policy says so.
    pub url: Option<String>,
}

/// A witness whose cosignature counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWitness {
    /// Its name within the policy.
    pub name: String,
    /// Its key.
    pub key: VerifierKey,
    /// Where it takes checkpoints, if the policy says so.
    pub url: Option<String>,
}

/// A member of a group: an index into the witnesses or the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Witness(usize),
    Group(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    threshold: usize,
    members: Vec<Member>,
}

/// Whom to believe. Comes from outside whatever is being checked, never along with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<KnownLog>,
    witnesses: Vec<KnownWitness>,
    groups: Vec<Group>,
    quorum: Option<Member>,
}

/// A cosignature by a witness of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosignature<'a> {
    /// The witness.
    pub witness: &'a KnownWitness,
    /// When it cosigned, by its own clock; whether that may be in the future is for the caller,
    /// who has a clock.
    pub time: UnixSeconds,
}

/// Who stands behind a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsement<'a> {
    /// The log that signed it.
    pub log: &'a KnownLog,
    /// The witnesses that cosigned it, in the order of the policy.
    pub cosignatures: Vec<Cosignature<'a>>,
    /// Whether they are enough.
    pub quorum_met: bool,
}

impl Policy {
    /// Reads a policy; every line is ended by a newline, names are defined before they are used.
    ///
    /// # Errors
    /// [`PolicyError`] with the number of the first wrong line.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        parse::parse(text)
    }

    /// The logs, in the order of the file.
    #[must_use]
    pub fn logs(&self) -> &[KnownLog] {
        &self.logs
    }

    /// The witnesses, in the order of the file.
    #[must_use]
    pub fn witnesses(&self) -> &[KnownWitness] {
        &self.witnesses
    }

    /// Finds who stands behind a checkpoint, enough of them or not. Signatures of strangers do
    /// not matter; one false signature in the name of someone known spoils the whole.
    ///
    /// # Errors
    /// Any [`TrustError`] but [`TrustError::Quorum`].
    pub fn endorsement(&self, signed: &SignedCheckpoint) -> Result<Endorsement<'_>, TrustError> {
        let log = self.signing_log(signed)?;
        let mut cosignatures = Vec::new();
        for witness in &self.witnesses {
            let time = cosigned_at(signed.note(), &witness.key).map_err(TrustError::Witness)?;
            cosignatures.extend(time.map(|time| Cosignature { witness, time }));
        }
        let quorum_met = self
            .quorum
            .is_none_or(|quorum| self.met(quorum, &cosignatures));
        Ok(Endorsement {
            log,
            cosignatures,
            quorum_met,
        })
    }

    /// Accepts a checkpoint that a known log has signed and a quorum has cosigned.
    ///
    /// # Errors
    /// Any [`TrustError`].
    pub fn accept(&self, signed: &SignedCheckpoint) -> Result<Endorsement<'_>, TrustError> {
        let endorsement = self.endorsement(signed)?;
        if endorsement.quorum_met {
            return Ok(endorsement);
        }
        let cosigned = endorsement.cosignatures.iter();
        Err(TrustError::Quorum(
            cosigned.map(|c| c.witness.name.clone()).collect(),
        ))
    }

    /// The first of the log's keys that signed; a log that rotates its key has several.
    fn signing_log(&self, signed: &SignedCheckpoint) -> Result<&KnownLog, TrustError> {
        let origin = signed.checkpoint().origin();
        let mut refused = TrustError::UnknownLog(origin.clone());
        for log in self.logs.iter().filter(|log| log.key.name() == origin) {
            match signed.verify(&log.key) {
                Ok(()) => return Ok(log),
                Err(error @ CheckpointError::Note(NoteError::Unsigned(_))) => {
                    refused = TrustError::Log(error);
                }
                Err(error) => return Err(TrustError::Log(error)),
            }
        }
        Err(refused)
    }

    /// Whether a member has witnessed. Groups only hold groups of earlier lines, so this ends.
    fn met(&self, member: Member, cosignatures: &[Cosignature<'_>]) -> bool {
        match member {
            Member::Witness(at) => self
                .witnesses
                .get(at)
                .is_some_and(|w| cosignatures.iter().any(|c| c.witness.key == w.key)),
            Member::Group(at) => self.groups.get(at).is_some_and(|group| {
                let met = group
                    .members
                    .iter()
                    .filter(|member| self.met(**member, cosignatures));
                met.count() >= group.threshold
            }),
        }
    }
}

/// The smallest number of `witnesses` that both stops a log from showing two trees and lets the
/// log go on while fewer than a third of them are down or dishonest: 1 + floor(2n/3). A simple
/// majority is not enough (Sigsum's analysis of witness quorums).
#[must_use]
pub const fn safe_threshold(witnesses: usize) -> usize {
    1 + witnesses.saturating_mul(2) / 3
}

#[cfg(test)]
mod tests;
