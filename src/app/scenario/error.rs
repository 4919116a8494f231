//! What can be wrong with a scenario file.

use crate::core::record::RecordError;
use crate::core::text::{Bilingual, Explain};

/// Why a cast or a journey cannot be turned into records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// The file is not JSON of the expected form.
    #[error("{file}: {cause}")]
    Format {
        /// Which file.
        file: String,
        /// What the reader says.
        cause: String,
    },
    /// A name stands for nothing in the cast or among the steps before.
    #[error("{place}: there is no {what} named {name:?}")]
    UnknownName {
        /// Journey and step.
        place: String,
        /// What was looked for.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Two things have one name.
    #[error("{place}: two of them are named {name:?}")]
    DoubleName {
        /// File or journey.
        place: String,
        /// The name.
        name: String,
    },
    /// A placeholder in braces, a time or a number that cannot be read.
    #[error("{place}: {text:?} cannot be read")]
    Placeholder {
        /// Journey and step.
        place: String,
        /// What is written.
        text: String,
    },
    /// A step lies after the last moment of the story, or is submitted before it is signed.
    #[error("{place}: after the last moment of the story, or submitted before it is signed")]
    TooLate {
        /// Journey and step.
        place: String,
    },
    /// What the step says is no record.
    #[error("{place}: {cause}")]
    Record {
        /// Journey and step.
        place: String,
        /// What is wrong with it.
        cause: RecordError,
    },
    /// An identity for the demo could not be made.
    #[error("the identity of the demo is broken: {0}")]
    Identity(String),
}

impl Explain for ScenarioError {
    fn code(&self) -> &'static str {
        match self {
            Self::Format { .. } => "scenario_format",
            Self::UnknownName { .. } => "scenario_unknown_name",
            Self::DoubleName { .. } => "scenario_double_name",
            Self::Placeholder { .. } => "scenario_placeholder",
            Self::TooLate { .. } => "scenario_too_late",
            Self::Record { .. } => "scenario_record",
            Self::Identity(_) => "scenario_identity",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Format { file, cause } => format!("{file} 格式有误:{cause}"),
            Self::UnknownName { place, name, .. } => format!("{place}:没有名为“{name}”的对象"),
            Self::DoubleName { place, name } => format!("{place}:名称“{name}”重复"),
            Self::Placeholder { place, text } => format!("{place}:无法识别“{text}”"),
            Self::TooLate { place } => format!("{place}:晚于故事的最后时刻,或提交早于签名"),
            Self::Record { place, cause } => format!("{place}:{}", cause.explain().zh),
            Self::Identity(cause) => format!("演示身份有误:{cause}"),
        };
        Bilingual::new(zh, self.to_string())
    }
}
