//! Reports of problems: taken from whoever scanned a code, and answered by the operator.

mod photo;
mod seal;
mod turns;

pub use photo::{PHOTO_BYTES_MAX, cleaned};
pub use seal::{ContactKey, ContactSecret};
pub use turns::{HOURLY_PER_SUBSCRIBER_MAX, Turns};

use super::AppError;
use super::node::Node;
use super::trace::Tracer;
use crate::core::ids::{LotCode, SiteId};
use crate::core::report::{
    ANSWER_CHARS_MAX, LINE_CHARS_MAX, Report, ReportError, ReportNo, ReportState, TOLD_CHARS_MAX,
    due_on,
};
use crate::core::time::UnixSeconds;
use crate::store::StoreError;

/// Reports that are taken within an hour; whoever floods the table fills no disk.
const HOURLY_MAX: i64 = 300;

/// Seconds of an hour.
const HOUR_S: u64 = 3_600;

/// Reports listed at once.
const LISTED_MAX: u32 = 1_000;

/// What somebody tells.
#[derive(Debug, Clone)]
pub struct Told {
    /// The lot that was scanned.
    pub lot: LotCode,
    /// Where.
    pub site: Option<SiteId>,
    /// What is wrong.
    pub told: String,
    /// Where it was bought.
    pub bought_at: String,
    /// How to reach them; sealed before it is kept, and not taken without a key to seal it to.
    pub contact: String,
    /// A photo as it came.
    pub photo: Option<Vec<u8>>,
}

/// Takes a report; its number is how whoever made it finds it again.
///
/// # Errors
/// [`ReportError`] for what cannot be taken.
pub fn take(node: &Node, told: Told) -> Result<ReportNo, AppError> {
    let text = bounded(&told.told, TOLD_CHARS_MAX)?.ok_or(ReportError::Empty)?;
    let bought_at = bounded(&told.bought_at, LINE_CHARS_MAX)?;
    let contact = bounded(&told.contact, LINE_CHARS_MAX)?;
    let photo = told.photo.as_deref().map(cleaned).transpose()?;
    let now = node.clock().now();
    let mut random = [0_u8; 12];
    getrandom::fill(&mut random).map_err(|cause| AppError::Randomness(cause.to_string()))?;
    let number = ReportNo::new(now.china_date(), &random);
    let key = node.config().reports.contact_key.as_ref();
    let contact = match (key, contact) {
        (Some(key), Some(contact)) => Some(key.seal(&number, &contact)?),
        _ => None,
    };
    let report = Report {
        number: number.clone(),
        lot: told.lot,
        site: told.site,
        told: text,
        bought_at,
        contact,
        has_photo: photo.is_some(),
        made_at: now,
        due_on: due_on(now),
        state: ReportState::Open,
        answer: None,
        answered_at: None,
    };
    let lately = (now.minus(HOUR_S), HOURLY_MAX);
    match node.store().add_report(&report, photo, lately)? {
        true => Ok(number),
        false => Err(ReportError::TooMany.into()),
    }
}

/// A text without control characters; none if nothing is left of it.
fn bounded(text: &str, max: usize) -> Result<Option<String>, ReportError> {
    let lines = text.replace("\r\n", "\n");
    let clean: String = lines
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .take(max.saturating_add(1))
        .collect();
    let clean = clean.trim();
    if clean.chars().count() > max {
        return Err(ReportError::TooLong { max });
    }
    Ok((!clean.is_empty()).then(|| clean.to_owned()))
}

/// The report with this number, for whoever has the number.
///
/// # Errors
/// There is none.
pub fn look(node: &Node, number: &ReportNo) -> Result<Report, AppError> {
    let found = node.read(|reader| reader.report(number))?;
    found
        .map(|(report, _)| report)
        .ok_or_else(|| ReportError::Unknown.into())
}

/// The operator's desk: reports of a ledger that is at hand.
pub struct Desk(Tracer);

impl Desk {
    /// A desk over this ledger.
    #[must_use]
    pub const fn new(ledger: Tracer) -> Self {
        Self(ledger)
    }

    /// Reports, the oldest first; only those that are open, unless `all`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn list(&self, all: bool) -> Result<Vec<Report>, AppError> {
        let state = (!all).then_some("open");
        Ok(self
            .0
            .store()
            .read(|reader| reader.reports(state, LISTED_MAX))?)
    }

    /// A report with its photo.
    ///
    /// # Errors
    /// There is none.
    pub fn get(&self, number: &ReportNo) -> Result<(Report, Option<Vec<u8>>), AppError> {
        let found = self.0.store().read(|reader| reader.report(number))?;
        found.ok_or_else(|| ReportError::Unknown.into())
    }

    /// Answers a report.
    ///
    /// # Errors
    /// There is none, it is settled, or the answer is empty or too long.
    pub fn answer(
        &self,
        number: &ReportNo,
        state: ReportState,
        answer: &str,
    ) -> Result<Report, AppError> {
        let answer = bounded(answer, ANSWER_CHARS_MAX)?.ok_or(ReportError::Empty)?;
        let now: UnixSeconds = self.0.now();
        let changed = self.0.store().change_report(number, |report| {
            if !report.state.may_become(state) {
                return Err(ReportError::Settled);
            }
            report.state = state;
            report.answer = Some(answer);
            report.answered_at = Some(now);
            Ok(())
        });
        let changed: Result<_, StoreError> = changed;
        Ok(changed?.ok_or(ReportError::Unknown)??)
    }

    /// Now, by the ledger's clock.
    #[must_use]
    pub fn now(&self) -> UnixSeconds {
        self.0.now()
    }
}
