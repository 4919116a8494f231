//! Reports of problems 举报: what somebody who scanned a code tells the operator, the number by
//! which they find it again, and the clock by which it is answered.

mod number;

pub use number::ReportNo;

use crate::core::ids::{LotCode, SiteId};
use crate::core::rules::clocks::clock;
use crate::core::rules::workday::add_workdays;
use crate::core::text::{Bilingual, Explain};
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::{Deserialize, Serialize};

/// Characters of what is told at most.
pub const TOLD_CHARS_MAX: usize = 2_000;

/// Characters of a place or a contact at most.
pub const LINE_CHARS_MAX: usize = 200;

/// Characters of an answer at most.
pub const ANSWER_CHARS_MAX: usize = 2_000;

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Nobody has answered yet.
    Open,
    /// Accepted: it is being looked into.
    Accepted,
    /// Not accepted; the answer says why.
    Refused,
    /// Looked into; the answer says what came of it.
    Closed,
}

impl ReportState {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (zh, en) = match self {
            Self::Open => ("待处理", "waiting for an answer"),
            Self::Accepted => ("已受理,处理中", "accepted, being looked into"),
            Self::Refused => ("不予受理", "not accepted"),
            Self::Closed => ("已办结", "closed"),
        };
        Bilingual::new(zh, en)
    }

    /// Whether an answer may bring a report from this state to `next`.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Open => !matches!(next, Self::Open),
            Self::Accepted => matches!(next, Self::Accepted | Self::Closed),
            Self::Refused | Self::Closed => false,
        }
    }
}

/// A report without its photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its number.
    pub number: ReportNo,
    /// The lot that was scanned.
    pub lot: LotCode,
    /// Where.
    pub site: Option<SiteId>,
    /// What is told.
    pub told: String,
    /// Where it was bought, as told.
    pub bought_at: Option<String>,
    /// How to reach whoever told it, sealed.
    pub contact: Option<Vec<u8>>,
    /// Whether there is a photo.
    pub has_photo: bool,
    /// When it was made.
    pub made_at: UnixSeconds,
    /// The day by which it is accepted or not; none if the calendar of working days does not
    /// reach so far.
    pub due_on: Option<ChinaDate>,
    /// Where it stands.
    pub state: ReportState,
    /// What the operator answered last.
    pub answer: Option<String>,
    /// When.
    pub answered_at: Option<UnixSeconds>,
}

impl Report {
    /// Whether nobody answered in time.
    #[must_use]
    pub fn is_late(&self, today: ChinaDate) -> bool {
        self.state == ReportState::Open && self.due_on.is_some_and(|due| today > due)
    }
}

/// The day by which a report is accepted or not: seven working days (市场监督管理投诉举报处理暂行办法
/// art. 14, as the clock `complaint_accept` says). Nothing is guessed beyond the calendar.
#[must_use]
pub fn due_on(made_at: UnixSeconds) -> Option<ChinaDate> {
    let made_on = made_at.china_date();
    add_workdays(made_on, clock("complaint_accept", made_on)?.value).ok()
}

/// Why a report is not taken, or not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// Nothing is told.
    #[error("nothing is told")]
    Empty,
    /// A text is too long.
    #[error("a text is longer than {max} characters")]
    TooLong {
        /// Characters allowed.
        max: usize,
    },
    /// The photo is none that is read.
    #[error("the photo is no JPEG, PNG or WebP picture")]
    NotAPhoto,
    /// The photo is in the format of newer phones, which is not read.
    #[error("the photo is in HEIC or AVIF format")]
    HeicPhoto,
    /// The photo is too large, or would be once it is unpacked.
    #[error("the photo is too large")]
    PhotoTooLarge,
    /// A number that is none.
    #[error("no number of a report")]
    BadNumber,
    /// There is no such report.
    #[error("there is no such report")]
    Unknown,
    /// So many reports came lately that no more are taken for now.
    #[error("too many reports at the moment")]
    TooMany,
    /// So many came from one address that it has to wait.
    #[error("too many reports from this network within an hour")]
    TooManyFromHere,
    /// It stands where no such answer is possible.
    #[error("the report is settled, or cannot be answered so")]
    Settled,
    /// A key that is none, or that does not open what is sealed.
    #[error("the key does not fit")]
    BadKey,
}

impl Explain for ReportError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "report_empty",
            Self::TooLong { .. } => "report_too_long",
            Self::NotAPhoto => "report_not_a_photo",
            Self::HeicPhoto => "report_heic_photo",
            Self::PhotoTooLarge => "report_photo_too_large",
            Self::BadNumber => "report_bad_number",
            Self::Unknown => "report_unknown",
            Self::TooMany => "report_too_many",
            Self::TooManyFromHere => "report_too_many_from_here",
            Self::Settled => "report_settled",
            Self::BadKey => "report_bad_key",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Empty => "请写明发现了什么问题".to_owned(),
            Self::TooLong { max } => format!("文字超过 {max} 个字"),
            Self::NotAPhoto => "照片无法读取:请用 JPEG、PNG 或 WebP 图片".to_owned(),
            Self::HeicPhoto => {
                "这是 HEIC 或 AVIF 照片,无法读取:请在手机上另存为 JPEG,或者截屏后再传".to_owned()
            }
            Self::PhotoTooLarge => {
                "照片过大:请用 10 MB 以内、长边不超过 12,000 像素的图片".to_owned()
            }
            Self::BadNumber => "举报编号有误".to_owned(),
            Self::Unknown => "没有这个举报编号".to_owned(),
            Self::TooMany => "眼下举报过多,请稍后再交,或拨打 12315".to_owned(),
            Self::TooManyFromHere => {
                "这个网络在一小时内交的举报过多,请稍后再交,或拨打 12315".to_owned()
            }
            Self::Settled => "此举报已办结,或不能这样答复".to_owned(),
            Self::BadKey => "密钥不对".to_owned(),
        };
        let en = match self {
            Self::Empty => "Please say what is wrong".to_owned(),
            Self::HeicPhoto => {
                "This is a HEIC or AVIF photo, which cannot be read: save it as JPEG, or send a screenshot"
                    .to_owned()
            }
            Self::PhotoTooLarge => {
                "The photo is too large: at most 10 MB and 12,000 pixels on the longer side"
                    .to_owned()
            }
            other => {
                let text = other.to_string();
                let mut chars = text.chars();
                let first = chars.next().map(|c| c.to_ascii_uppercase());
                first.into_iter().chain(chars).collect()
            }
        };
        Bilingual::new(zh, en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> UnixSeconds {
        ChinaDate::parse(day).unwrap().begins().plus(3_600)
    }

    #[test]
    fn a_report_is_due_after_seven_working_days_and_holidays_do_not_count() {
        let due = |day: &str| due_on(at(day)).map(|due| due.to_string());
        assert_eq!(due("2026-11-20").as_deref(), Some("2026-12-01"));
        // The first of May 2026 and its days off lie between.
        assert!(due("2026-04-28").unwrap().as_str() > "2026-05-09");
    }

    #[test]
    fn nothing_is_guessed_beyond_the_calendar() {
        assert_eq!(due_on(at("2026-12-25")), None);
    }

    #[test]
    fn a_settled_report_stays_settled() {
        use ReportState as S;
        for next in [S::Accepted, S::Refused, S::Closed] {
            assert!(S::Open.may_become(next));
            assert!(!S::Closed.may_become(next) && !S::Refused.may_become(next));
        }
        assert!(S::Accepted.may_become(S::Closed) && !S::Accepted.may_become(S::Refused));
        assert!(!S::Open.may_become(S::Open));
    }
}
