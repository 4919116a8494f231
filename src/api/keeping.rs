//! Of the desk: what a site needs to know to keep goods well.

use super::registry::word;
use crate::app::read::keeping::{Keeping, LastReading};
use crate::core::record::RecordId;
use crate::core::record::body::{StorageFiling, UseInput, Zone};
use crate::core::rules::clocks;
use crate::core::time::ChinaDate;
use serde::Serialize;
use utoipa::ToSchema;

/// A party that sent goods.
#[derive(Debug, Serialize, ToSchema)]
pub struct SenderBody {
    /// Its code.
    pub party: String,
    /// Its legal name.
    pub name: Option<String>,
}

/// Zones, filing, self-checks and inputs of a site.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeepingBody {
    /// Its filing as storage (食品安全法实施条例 art. 25), as it was enrolled last.
    pub filing: Option<FilingBody>,
    /// Its zones, each with what was read last.
    pub zones: Vec<ZoneBody>,
    /// The last self-check by the party whose site it is.
    pub self_check: Option<CheckBody>,
    /// Days between self-checks, unless the site says otherwise.
    pub self_check_days: Option<u16>,
    /// Whether those days are for reference only, and no rule that is known here says so.
    pub self_check_reference: bool,
    /// Inputs whose interval is not over, or is not known and which were used in the last 60 days; the newest
    /// first, at most 200.
    pub inputs: Vec<InputBody>,
    /// Whether only the newest statements about the site were looked through.
    pub is_cut: bool,
}

/// Filing of storage services 仓储备案.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilingBody {
    /// Number 备案号.
    pub number: String,
    /// Day of filing 备案日期.
    #[schema(example = "2026-01-15")]
    pub filed_on: String,
}

/// A room with a temperature of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneBody {
    /// Its name.
    pub zone: String,
    /// Lowest temperature it is run at, °C.
    pub temp_min_c: Option<String>,
    /// Highest temperature it is run at, °C.
    pub temp_max_c: Option<String>,
    /// When it was read last, in seconds since 1970.
    pub read_at: Option<u64>,
    /// What was read then, °C.
    pub temp_c: Option<String>,
}

/// A self-check.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckBody {
    /// When, in seconds since 1970.
    pub at: u64,
    /// Whether it passed.
    pub passed: bool,
}

/// An input that was used.
#[derive(Debug, Serialize, ToSchema)]
pub struct InputBody {
    /// The record of it.
    pub record: String,
    /// Kind.
    #[schema(value_type = String, example = "pesticide")]
    pub kind: serde_json::Value,
    /// Name of the input.
    pub name: String,
    /// Plot, pond or house.
    pub plot: String,
    /// Party for whom an agent signed; null if it was for the site's own.
    pub on_behalf_of: Option<String>,
    /// First day of use.
    pub from: String,
    /// Last day of use.
    pub until: String,
    /// Days to wait after it; null when not known.
    pub interval_days: Option<u16>,
}

impl From<&StorageFiling> for FilingBody {
    fn from(filing: &StorageFiling) -> Self {
        Self {
            number: filing.number.to_string(),
            filed_on: filing.filed_on.to_string(),
        }
    }
}

fn zone((zone, last): &(Zone, Option<LastReading>)) -> ZoneBody {
    ZoneBody {
        zone: zone.zone.to_string(),
        temp_min_c: zone.temp_min_c.map(|temp| temp.to_string()),
        temp_max_c: zone.temp_max_c.map(|temp| temp.to_string()),
        read_at: last.map(|last| last.at.get()),
        temp_c: last.map(|last| last.temp_c.to_string()),
    }
}

fn input((record, input): &(RecordId, UseInput)) -> InputBody {
    InputBody {
        record: record.to_string(),
        kind: word(&input.kind),
        name: input.name.to_string(),
        plot: input.plot.to_string(),
        on_behalf_of: input.on_behalf_of.map(|party| party.to_string()),
        from: input.from.to_string(),
        until: input.until.to_string(),
        interval_days: input.interval_days,
    }
}

impl KeepingBody {
    pub(super) fn of(keeping: &Keeping, today: ChinaDate) -> Self {
        let every = clocks::self_check(today);
        Self {
            filing: keeping.filing.as_ref().map(Into::into),
            zones: keeping.zones.iter().map(zone).collect(),
            self_check: keeping.checked.map(|(at, passed)| CheckBody {
                at: at.get(),
                passed,
            }),
            self_check_days: every.map(|(days, _)| days),
            self_check_reference: every.is_none_or(|(_, basis)| basis.reference),
            inputs: keeping.inputs.iter().map(input).collect(),
            is_cut: keeping.is_cut,
        }
    }
}
