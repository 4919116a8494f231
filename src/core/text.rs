//! Texts for people, Chinese first and English second, and the one trait by which every
//! error of the core says its stable code and what it means in both languages.

/// One statement in both languages of every surface.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Bilingual {
    /// Simplified Chinese, shown first.
    pub zh: String,
    /// English, shown second.
    pub en: String,
}

impl Bilingual {
    /// Builds a statement from its two versions.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

impl std::fmt::Display for Bilingual {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {}", self.zh, self.en)
    }
}

/// Implemented by every typed error that can reach a person or another program.
pub trait Explain {
    /// A stable, lower-case, snake_case code; never changes meaning once published.
    fn code(&self) -> &'static str;

    /// What is wrong, in words a clerk understands, in both languages.
    fn explain(&self) -> Bilingual;
}
