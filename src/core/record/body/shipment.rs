//! Shipments: dispatch with its e-waybill, the legs, receipt and settlement (domain 3.9 to 3.11).

use crate::core::ids::{Division, PartyId, SiteId};
use crate::core::quantity::SignedDecimal;
use crate::core::record::hashes::{Digest, RecordId};
use crate::core::record::limits::{READINGS_MAX, SENSORS_MAX};
use crate::core::record::words::{Bounded, List, MeasuredC, Name, measured_c_if_any};
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::{Deserialize, Serialize};

/// How the goods travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// A carrier takes them 承运.
    Carrier,
    /// The sender's own vehicle 自运.
    Own,
    /// The consignee fetches them 自提.
    Consignee,
}

/// Cleaning and disinfection of a vehicle or tank 清洗消毒.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cleaning {
    /// Method.
    pub method: Name,
    /// When.
    pub at: UnixSeconds,
    /// County where, for tanks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub county: Option<Division>,
    /// Number of the cleaning certificate, for tanks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Name>,
}

/// Takes goods out and opens a shipment 食品运输电子联单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dispatch {
    /// 托运单号.
    pub waybill: Name,
    /// Site that is to receive.
    pub consignee: SiteId,
    /// Party that carries, when it is neither sender nor consignee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<PartyId>,
    /// How the goods travel.
    pub transport: Transport,
    /// 装货县级区划.
    pub load_county: Division,
    /// 卸货县级区划.
    pub unload_county: Division,
    /// Planned departure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departs_at: Option<UnixSeconds>,
    /// Lowest temperature asked for, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_min_c: Option<SignedDecimal>,
    /// Highest temperature asked for, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_max_c: Option<SignedDecimal>,
    /// Temperature of the loading space when loading began 预冷, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precool_c: Option<SignedDecimal>,
    /// Cleaning of the vehicle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaning: Option<Cleaning>,
    /// Seals applied 封签.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub seals: List<Name>,
    /// Sheet for bulk liquids 重点液态食品道路散装运输联单.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulk: Option<Box<BulkSheet>>,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: vehicle, driver, exact places, terms.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// The bulk-liquid sheet, one per tank load (国市监食监发〔2026〕22号).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkSheet {
    /// 联单编号.
    pub sheet: Name,
    /// Which of the fourteen kinds, a code of the rule table.
    pub kind: Name,
    /// 准运证编号; absent is a finding from the day permits are needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit: Option<Name>,
    /// Last day of the permit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit_valid_to: Option<ChinaDate>,
    /// 运输容器.
    pub container: Name,
    /// 专用标识查验: the mark 食品专用 was seen on the tank.
    pub mark_checked: bool,
    /// 前次装载, the last first; codes of the rule table or words.
    pub previous_cargoes: List<Name>,
    /// 清洗记录.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaning: Option<Cleaning>,
    /// 从业人员健康证明 seen.
    #[serde(default)]
    pub health_certificates: bool,
    /// 装车留样 was kept.
    #[serde(default)]
    pub sample_kept: bool,
}

/// The carrier takes the goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PickUp {
    /// The dispatch.
    pub dispatch: RecordId,
    /// When.
    pub at: UnixSeconds,
    /// Seals were intact and those of the dispatch; absent when there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seals_intact: Option<bool>,
    /// Temperature found, °C.
    #[serde(
        default,
        deserialize_with = "measured_c_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    pub temp_c: Option<SignedDecimal>,
    /// Sealed: vehicle, driver.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Where a sensor sits 测点.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// 前部.
    Front,
    /// 中部.
    Middle,
    /// 后部.
    Rear,
    /// 回风口.
    ReturnAir,
    /// 产品内部.
    Core,
}

/// One reading: `[at, temp_c]`, `[at, temp_c, rh_pct]` or `[at, temp_c, rh_pct, door_open]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingLine {
    /// 采集时间.
    pub at: UnixSeconds,
    /// 温度, °C.
    pub temp_c: SignedDecimal,
    /// 相对湿度, per cent.
    pub rh_pct: Option<SignedDecimal>,
    /// 开门.
    pub door_open: bool,
}

impl Serialize for ReadingLine {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.door_open {
            (self.at, self.temp_c, self.rh_pct, true).serialize(serializer)
        } else if self.rh_pct.is_some() {
            (self.at, self.temp_c, self.rh_pct).serialize(serializer)
        } else {
            (self.at, self.temp_c).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for ReadingLine {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Line;
        impl<'de> serde::de::Visitor<'de> for Line {
            type Value = ReadingLine;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a reading [at, temp_c, rh_pct?, door_open?]")
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<ReadingLine, A::Error> {
                use serde::de::Error as _;
                let at = seq
                    .next_element()?
                    .ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let MeasuredC(temp_c) = seq
                    .next_element()?
                    .ok_or_else(|| A::Error::invalid_length(1, &self))?;
                let rh_pct = seq.next_element::<Option<SignedDecimal>>()?.flatten();
                let door_open = seq.next_element()?.unwrap_or(false);
                Ok(ReadingLine {
                    at,
                    temp_c,
                    rh_pct,
                    door_open,
                })
            }
        }
        deserializer.deserialize_seq(Line)
    }
}

/// What one sensor read 冷链温湿度.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sensor {
    /// 设备编号.
    pub device: Name,
    /// 校准有效期; absent means not calibrated, and what it reads is unproven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibrated_until: Option<ChinaDate>,
    /// 测点.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Readings in the order in which the sensor sent them.
    pub readings: Bounded<ReadingLine, READINGS_MAX>,
}

/// Commitment to a vehicle's track; the track itself is sealed or kept by the carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackCommitment {
    /// SHA-256 of the track.
    pub hash: crate::core::record::hashes::BlobHash,
    /// Number of points.
    pub count: u32,
    /// First point.
    pub first: UnixSeconds,
    /// Last point.
    pub last: UnixSeconds,
}

/// Readings of a leg or of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observe {
    /// The dispatch whose leg it is; absent for a zone of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch: Option<RecordId>,
    /// Zone of the site; absent for a leg.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Name>,
    /// Sensors and their readings.
    pub sensors: Bounded<Sensor, SENSORS_MAX>,
    /// Track commitment; `track` is the sealed track itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track_commitment: Option<TrackCommitment>,
    /// Sealed: track.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Why goods change vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOnReason {
    /// 车辆故障.
    Breakdown,
    /// 中转.
    Transfer,
    /// 换司机.
    DriverChange,
}

/// Another vehicle or carrier takes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOn {
    /// The dispatch.
    pub dispatch: RecordId,
    /// When.
    pub at: UnixSeconds,
    /// Why.
    pub reason: HandOnReason,
    /// Carrier that takes over, when it is another party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<PartyId>,
    /// New seals.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub seals: List<Name>,
    /// Temperature found, °C.
    #[serde(
        default,
        deserialize_with = "measured_c_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    pub temp_c: Option<SignedDecimal>,
    /// Sealed: vehicle, driver, note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// The carrier hands the goods over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deliver {
    /// The dispatch.
    pub dispatch: RecordId,
    /// When.
    pub at: UnixSeconds,
    /// Seals were intact; absent when there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seals_intact: Option<bool>,
    /// Temperature on arrival, °C.
    #[serde(
        default,
        deserialize_with = "measured_c_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    pub temp_c: Option<SignedDecimal>,
    /// Sealed: note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}
