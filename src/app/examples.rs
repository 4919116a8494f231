//! Examples for the document of the interface that work on the ledger at hand. Most are codes of
//! the demo and the same everywhere; ids of records depend on the day on which it was told.

use super::bundle::Audience;
use super::node::Node;
use super::trace::Question;
use super::{AppError, read};
use crate::core::custody::{EntryKey, LogNo};
use crate::core::ids::LotCode;
use crate::core::record::RecordType;
use crate::core::trace::Direction;
use crate::store::StoredEntry;

/// The lot of the demo that the examples are about.
pub const LOT: &str = "01/09520002000033/10/Q0417-1";

/// Examples that work on the ledger at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examples {
    /// A record: the first of the log, which every ledger has.
    pub record: String,
    /// The same with all it discloses: submitting it again does no harm.
    pub text: String,
    /// A dispatch of the demo; the record again where there is none.
    pub dispatch: String,
    /// A certificate of the demo, likewise.
    pub certificate: String,
    /// The number of that certificate.
    pub number: String,
    /// The thumbprint of the key that signed that dispatch, likewise.
    pub signer: String,
}

/// Looks for the examples.
///
/// # Errors
/// What the database reports.
pub fn examples(node: &Node) -> Result<Examples, AppError> {
    let genesis = EntryKey::new(LogNo::HOME, 0)
        .ok_or_else(|| AppError::Contradicts { what: "log".into() })?;
    let first = node.read(|reader| read::entry(reader, genesis))?;
    let mut examples = Examples {
        record: first.id.to_string(),
        text: format!("{}~", first.jwt),
        dispatch: first.id.to_string(),
        certificate: first.id.to_string(),
        number: "HGZ20261119-0001".to_owned(),
        signer: signer(&first)?,
    };
    let lot = LotCode::parse(LOT).map_err(|error| AppError::Input(error.to_string()))?;
    let question = Question {
        lot,
        at: None,
        direction: Direction::Back,
    };
    let answer = node.tracer().ask_as(&question, &Audience::Public)?;
    let mut steps = answer.trace.steps.iter();
    if let Some(step) = steps.find(|step| step.kind == RecordType::Dispatch) {
        examples.dispatch = step.id.to_string();
        let dispatch = node.read(|reader| reader.entry_by_id(&step.id))?;
        if let Some(dispatch) = dispatch {
            examples.signer = signer(&dispatch)?;
        }
    }
    if let Some(paper) = answer.verdict.papers.first() {
        examples.certificate = paper.id.to_string();
        examples.number.clone_from(&paper.number);
    }
    Ok(examples)
}

/// The thumbprint of the key that signed a record.
fn signer(entry: &StoredEntry) -> Result<String, AppError> {
    let record = entry.record(|_| false);
    let record = record.map_err(|error| AppError::Input(error.to_string()))?;
    Ok(record.kid.to_string())
}
