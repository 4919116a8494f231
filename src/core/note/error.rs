//! Why a note is not kept.

use super::{NoteKind, PARTY_BYTES_MAX};
use crate::core::text::{Bilingual, Explain};

/// Why a note is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is nothing that is kept.
    #[error("this is no note that is kept: {0}")]
    Form(String),
    /// It is about something else than its name says.
    #[error(
        "the name of a note is the hash of what it is about, and this one is about something else"
    )]
    OtherName,
    /// It is larger than notes of its kind are.
    #[error("a note of the kind {} has at most {} bytes", .0.code(), .0.bytes_max())]
    TooLarge(NoteKind),
    /// The site has as many of this kind as it may, or the party as many bytes.
    #[error(
        "the site has {} notes of the kind {}, or the party {} MiB of notes, and that is the most",
        .0.count_max(), .0.code(), PARTY_BYTES_MAX / (1024 * 1024)
    )]
    Full(NoteKind),
    /// There is no such note.
    #[error("the site has no such note")]
    Unknown,
}

impl Explain for NoteError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "note_form",
            Self::OtherName => "note_name",
            Self::TooLarge(_) => "note_too_large",
            Self::Full(_) => "notes_full",
            Self::Unknown => "unknown_note",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Form(_) => "便笺内容不合规".to_owned(),
            Self::OtherName => "便笺的名称应为其内容所指之物的哈希,此处不符".to_owned(),
            Self::TooLarge(kind) => format!("此类便笺不得超过 {} 字节", kind.bytes_max()),
            Self::Full(kind) => format!(
                "本场所此类便笺已达 {} 条,或本主体便笺合计已达 {} MiB",
                kind.count_max(),
                PARTY_BYTES_MAX / (1024 * 1024)
            ),
            Self::Unknown => "本场所没有这条便笺".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}
