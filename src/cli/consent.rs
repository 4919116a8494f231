//! `--consent`: for whom rows are signed, and the pictures of their consent.

use crate::app::AppError;
use crate::app::imports::with_consents;
use crate::core::ids::PartyId;
use crate::core::imports::Draft;
use clap::Args;
use std::path::PathBuf;

/// Consents of those for whom a table says that an agent signs.
#[derive(Debug, Args)]
pub(super) struct Consents {
    /// 代办对象的委托书:主体代码=照片文件,可多个 / consent of a party for whom rows are signed: its code and the picture
    #[arg(long, value_name = "PARTY=FILE", value_parser = consent)]
    consent: Vec<(PartyId, PathBuf)>,
}

impl Consents {
    /// Names each consent in the records that are signed with it; a preview needs none.
    pub(super) fn on(&self, drafts: Vec<Draft>, preview: bool) -> Result<Vec<Draft>, AppError> {
        match preview {
            true => Ok(drafts),
            false => with_consents(drafts, &self.consent),
        }
    }
}

/// A party and the picture of its consent.
fn consent(text: &str) -> Result<(PartyId, PathBuf), String> {
    let (party, path) = text.split_once('=').ok_or("PARTY=FILE")?;
    let party = PartyId::parse(party).map_err(|error| error.to_string())?;
    Ok((party, PathBuf::from(path)))
}
