//! Why a text is no Digital Link or element string.

use super::error::{Fault, explain_fault};
use crate::core::text::{Bilingual, Explain};

/// Why a text is no Digital Link or element string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LinkError {
    /// Longer than any code that is read.
    #[error("is {bytes} bytes long")]
    TooLong {
        /// Bytes found.
        bytes: usize,
    },
    /// Neither `http://` nor `https://` and a host name stand in front.
    #[error("is not a web address with a plain host name")]
    NotWebAddress,
    /// No key of GS1 with its value stands in the path.
    #[error("has no GS1 key")]
    NoKey,
    /// Two keys that exclude each other.
    #[error("has two GS1 keys")]
    TwoKeys,
    /// The identifier at this place (in characters, from 1) is not one that is read.
    #[error("has an unknown application identifier at position {position}")]
    UnknownAi {
        /// Where the identifier begins.
        position: usize,
    },
    /// A query member is all digits, but not an identifier that is read.
    #[error("has an unknown application identifier in its query")]
    UnknownQueryAi,
    /// After the key stands something that may not stand there, or not in this order.
    #[error("has key qualifiers that are wrong or in the wrong order")]
    Qualifiers,
    /// An identifier that belongs in the path stands in the query.
    #[error("has ({ai}) in its query")]
    PathOnly {
        /// The application identifier.
        ai: &'static str,
    },
    /// An identifier occurs twice.
    #[error("has ({ai}) twice")]
    Duplicate {
        /// The application identifier.
        ai: &'static str,
    },
    /// An identifier stands without one that it needs.
    #[error("has ({ai}) without ({needs})")]
    Requires {
        /// The application identifier.
        ai: &'static str,
        /// One of these must be present.
        needs: &'static str,
    },
    /// Percent-encoding is broken or is not UTF-8.
    #[error("has a broken percent encoding")]
    Encoding,
    /// A query member without an equals sign.
    #[error("has a query member without value")]
    Query,
    /// Brackets do not pair up as `(01)…(10)…`.
    #[error("has brackets that do not pair up")]
    Brackets,
    /// The value of an identifier is wrong.
    #[error("({ai}): {fault}")]
    Value {
        /// The application identifier.
        ai: &'static str,
        /// What is wrong; positions count within the value.
        fault: Fault,
    },
}

impl Explain for LinkError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "link_too_long",
            Self::NotWebAddress => "link_not_web_address",
            Self::NoKey => "link_no_key",
            Self::TwoKeys => "link_two_keys",
            Self::UnknownAi { .. } | Self::UnknownQueryAi => "link_unknown_ai",
            Self::Qualifiers => "link_qualifiers",
            Self::PathOnly { .. } => "link_path_only",
            Self::Duplicate { .. } => "link_duplicate_ai",
            Self::Requires { .. } => "link_requires_ai",
            Self::Encoding => "link_encoding",
            Self::Query => "link_query",
            Self::Brackets => "link_brackets",
            Self::Value { .. } => "link_value",
        }
    }

    fn explain(&self) -> Bilingual {
        let text = |zh: &str, en: &str| Bilingual::new(zh, en);
        match self {
            Self::TooLong { bytes } => Bilingual::new(
                format!("内容过长（{bytes}字节）。"),
                format!("It is too long ({bytes} bytes)."),
            ),
            Self::NotWebAddress => text(
                "不是有效的网址（http或https加主机名）。",
                "It is not a web address (http or https and a plain host name).",
            ),
            Self::NoKey => text("没有GS1标识代码。", "It has no GS1 key."),
            Self::TwoKeys => text(
                "含有两个互斥的GS1标识代码。",
                "It has two GS1 keys that exclude each other.",
            ),
            Self::UnknownAi { .. } | Self::UnknownQueryAi => text(
                "含有不支持的GS1应用标识符。",
                "It has a GS1 application identifier that is not supported.",
            ),
            Self::Qualifiers => text(
                "标识代码之后的限定项有误或顺序不对（应为22、10、21）。",
                "What follows the key is wrong or in the wrong order (22, 10, 21).",
            ),
            Self::PathOnly { ai } => Bilingual::new(
                format!("({ai})应写在网址路径中，不能写在问号之后。"),
                format!("({ai}) belongs in the path, not after the question mark."),
            ),
            Self::Duplicate { ai } => {
                Bilingual::new(format!("({ai})重复出现。"), format!("({ai}) occurs twice."))
            }
            Self::Requires { ai, needs } => Bilingual::new(
                format!("有({ai})时还须有({needs})。"),
                format!("({ai}) needs ({needs}) beside it."),
            ),
            Self::Encoding => text(
                "百分号编码不完整或不是UTF-8。",
                "Its percent encoding is broken or not UTF-8.",
            ),
            Self::Query => text(
                "问号之后有缺少等号的内容。",
                "Something after the question mark has no equals sign.",
            ),
            Self::Brackets => text(
                "括号不成对，应为(01)…(10)…。",
                "The brackets do not pair up as (01)…(10)….",
            ),
            Self::Value { ai, fault } => {
                let what = explain_fault(*fault);
                Bilingual::new(
                    format!("({ai})：{}", what.zh),
                    format!("({ai}): {}", what.en),
                )
            }
        }
    }
}
