//! The file format of a journey.

use super::cast::unique;
use super::day::DayTime;
use super::error::ScenarioError;
use crate::core::ids::LotCode;
use crate::core::record::RecordType;
use crate::core::record::sealed::Class;
use crate::core::text::Bilingual;
use serde::Deserialize;
use serde_json::Value;

macro_rules! journeys {
    ($($name:literal),* $(,)?) => {
        /// Name and text of every journey of the repository.
        const EMBEDDED: &[(&str, &str)] = &[$((
            $name,
            include_str!(concat!("../../../fixtures/scenarios/", $name, ".json")),
        )),*];
    };
}

journeys![
    "01-pork",
    "02-tomato",
    "03-greens",
    "04-chicken",
    "05-oil",
    "06-canteen",
    "07-shrimp",
    "08-sausage",
    "09-yoghurt",
];

/// A journey: the life of a lot, and what should come of asking about it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journey {
    /// Name of the file without number and extension, by which other journeys cite its steps.
    #[serde(skip)]
    pub key: String,
    /// Title.
    pub name: Bilingual,
    /// What happens, in a few sentences.
    pub story: Bilingual,
    /// The lot that is asked about.
    pub lot: LotCode,
    /// Name of the site where somebody asks, for the verdict about the lot at that site.
    #[serde(default)]
    pub at: Option<String>,
    /// What should come of it.
    pub expect: Expect,
    /// What happens, in any order; the times decide.
    pub steps: Vec<Step>,
}

/// What should come of asking about the lot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Code of the verdict on the lot.
    pub verdict: String,
    /// Code of the verdict on the lot at the site.
    #[serde(default)]
    pub at_site: Option<String>,
    /// Codes of all findings of the verdict on the lot, each once, sorted. What happened to goods
    /// of the lot after they were sent off is no part of it.
    pub findings: Vec<String>,
    /// Codes of all findings of the verdict on the lot at the site, each once, sorted.
    #[serde(default)]
    pub findings_at_site: Vec<String>,
    /// Findings at admission of this journey's own steps, in the order of the steps' times.
    #[serde(default)]
    pub recorded: Vec<RecordedFinding>,
}

/// A finding at admission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFinding {
    /// The step it is about.
    pub step: String,
    /// Code of the finding.
    pub code: String,
}

/// Something somebody says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Name of the step, unique in the journey.
    pub id: String,
    /// Name of the key that signs.
    pub by: String,
    /// When the author says so.
    pub at: DayTime,
    /// When it reaches the node, if that is later.
    #[serde(default)]
    pub submitted_at: Option<DayTime>,
    /// Type of the record.
    #[serde(rename = "type")]
    pub kind: RecordType,
    /// Name of the site where it happens.
    #[serde(default)]
    pub site: Option<String>,
    /// Lines that move goods, in the open form.
    #[serde(default)]
    pub moves: Vec<Value>,
    /// Other records it relies on, as `@step` or `@journey:step`.
    #[serde(default)]
    pub refs: Vec<Value>,
    /// What it is about.
    #[serde(default)]
    pub about: Vec<Value>,
    /// Pictures and documents.
    #[serde(default)]
    pub blobs: Vec<BlobText>,
    /// What the type says beside, in the open form.
    pub body: Value,
}

/// A picture or document, written out as text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlobText {
    /// Its bytes, which are UTF-8.
    pub text: String,
    /// Who may see it.
    pub class: Class,
}

impl Journey {
    /// The journeys of the repository, in the order of their numbers.
    ///
    /// # Errors
    /// None in practice: a test reads them.
    pub fn embedded() -> Result<Vec<Self>, ScenarioError> {
        EMBEDDED
            .iter()
            .map(|(name, text)| Self::parse(name, text))
            .collect()
    }

    /// Reads a journey from the text of the file `name`, given without extension.
    ///
    /// # Errors
    /// Not of the form of a journey, or a step name that stands twice.
    pub fn parse(name: &str, json: &str) -> Result<Self, ScenarioError> {
        let mut journey: Self =
            serde_json::from_str(json).map_err(|cause| ScenarioError::Format {
                file: format!("{name}.json"),
                cause: cause.to_string(),
            })?;
        let numberless = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        journey.key = numberless.to_owned();
        unique(name, journey.steps.iter().map(|step| step.id.as_str()))?;
        Ok(journey)
    }
}
