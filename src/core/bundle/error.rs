//! What can be wrong with a bundle.

use crate::core::custody::Refusal;
use crate::core::log::checkpoint::CheckpointError;
use crate::core::log::policy::TrustError;
use crate::core::log::proof::ProofError;
use crate::core::record::{RecordError, RecordId};
use crate::core::text::{Bilingual, Explain};

macro_rules! report_errors {
    ($($(#[$doc:meta])* $variant:ident $(($inner:ty))? $({ $($(#[$fdoc:meta])* $field:ident : $ty:ty),* })? $code:literal, $zh:literal, $en:literal;)*) => {
        /// Why a bundle proves nothing. The first thing that is wrong is the one that is named.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        pub enum ReportError {
            $($(#[$doc])* #[error($en)] $variant $(($inner))? $({ $($(#[$fdoc])* $field: $ty),* })?,)*
        }

        impl Explain for ReportError {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)*
                }
            }

            fn explain(&self) -> Bilingual {
                let zh = match self {
                    $(Self::$variant { .. } => $zh,)*
                };
                match self.cause() {
                    Some(cause) => Bilingual::new(
                        format!("{zh}：{}", cause.zh),
                        format!("{self}: {}", cause.en),
                    ),
                    None => Bilingual::new(zh, self.to_string()),
                }
            }
        }
    };
}

report_errors! {
    /// More bytes than a bundle may have.
    TooLarge "bundle_too_large", "证据包超过大小上限", "the bundle is larger than 32 MiB";
    /// The text is no bundle.
    Malformed { /// What the reader said.
        cause: String } "bundle_malformed", "证据包格式不符", "the text is not a bundle: {cause}";
    /// Another format or version.
    Format "bundle_format", "不认识的证据包格式", "the bundle has another format than shisu-bundle/v1";
    /// More records or proof hashes than a bundle may have.
    TooMany { /// Of what.
        what: &'static str } "bundle_too_many", "证据包内容超过数量上限", "the bundle has too many {what}";
    /// The bytes are not those that were written.
    Damaged "bundle_damaged", "证据包内容与其摘要不符，可能已损坏", "the bundle does not fit its own digest: it is damaged";
    /// The head of the log cannot be read.
    Checkpoint(CheckpointError) "bundle_checkpoint", "日志检查点有误", "the checkpoint is wrong";
    /// The head is that of another log.
    OtherLog "bundle_other_log", "检查点或记录属于其他日志", "the checkpoint or a record belongs to another log";
    /// The trust policy does not accept the head.
    NotTrusted(TrustError) "bundle_not_trusted", "信任策略不接受该检查点", "the trust policy does not accept the checkpoint";
    /// The policy knows the log under another key than its first record names.
    LogKey "bundle_log_key", "创世记录中的日志公钥与签名检查点的公钥不同", "the log key of the first record is not the key that signed the checkpoint";
    /// The records are not in the order of the log.
    Order "bundle_order", "记录未按日志顺序排列或有重复", "the records are not in the order of the log, each once";
    /// A record is not well formed.
    Record(RecordError) "bundle_record", "记录格式有误", "a record is malformed";
    /// A record is not in the log.
    NotIncluded(ProofError) "bundle_not_included", "记录不在日志中的该位置", "a record is not in the log at its index";
    /// The first record of the log is missing or not its beginning.
    Genesis "bundle_genesis", "缺少创世记录，或其内容不符", "the first record of the log is missing or no beginning";
    /// A signature, a proof of possession or a key is not genuine.
    Signature(RecordError) "bundle_signature", "签名有误", "a signature is not genuine";
    /// The key that signed is not registered in the bundle at that place.
    KeyUnregistered "bundle_key_unregistered", "签名密钥在该位置没有登记", "the signing key is not registered before the record";
    /// A record breaks a rule of admission that no missing record could explain.
    Refused(Refusal) "bundle_refused", "记录不符合收录规则", "a record breaks the rules of admission";
    /// Open quantities contradict each other.
    Balance { /// The record.
        id: RecordId } "bundle_balance", "公开的数量互相矛盾", "open quantities contradict each other at {id}";
    /// The bundle was made before its last record or after now.
    MadeAt "bundle_made_at", "证据包的生成时间不合理", "the bundle says it was made before its last record or in the future";
    /// The claimed verdict contradicts the bundle about the rules.
    Rules "bundle_rules", "结论所依据的规则版本与证据包不符", "the claimed verdict was made under other rules than the bundle says";
    /// The records give another verdict.
    Verdict { /// What is claimed.
        claimed: String, /// What the records give.
        found: String } "bundle_verdict", "声称的结论与记录得出的结论不同", "the bundle claims the verdict {claimed:?}, but its records give {found:?} or other findings";
}

impl ReportError {
    fn cause(&self) -> Option<Bilingual> {
        match self {
            Self::Checkpoint(error) => Some(error.explain()),
            Self::NotTrusted(error) => Some(error.explain()),
            Self::Record(error) | Self::Signature(error) => Some(error.explain()),
            Self::NotIncluded(error) => Some(error.explain()),
            Self::Refused(error) => Some(error.explain()),
            _ => None,
        }
    }
}
