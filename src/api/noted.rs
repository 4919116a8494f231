//! What notes of a site hold, for the document. The core reads them (`core::note`); nothing here decides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a device says.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SaidBody {
    /// When it was said, by the clock of the device, in seconds since 1970.
    #[schema(example = 1_795_312_800)]
    pub at: u64,
    /// The kind and what it says.
    pub told: ToldBody,
    /// What other devices said in contradiction, until somebody decides; 16 at most.
    #[schema(max_items = 16)]
    pub others: Option<Vec<OtherBody>>,
}

/// What another device said of a field.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OtherBody {
    /// Which.
    #[schema(max_length = 120, example = "road_permit_valid_to")]
    pub field: String,
    /// What.
    #[schema(max_length = 120, example = "2027-03-31")]
    pub value: String,
}

/// What a note says, by its kind. Texts have at most 120 characters.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToldBody {
    /// A vehicle's file. / 一车一档
    Vehicle(VehicleBody),
    /// A sample of a meal. / 留样
    Sample(SampleBody),
    /// How often the site checks itself. / 自查
    SelfCheck(SelfCheckBody),
    /// A product of the site's own. / 模板
    Template(TemplateBody),
    /// A track whose hash was recorded. / 轨迹
    Track(TrackBody),
    /// For whom the party acts. / 代办
    Consent(ConsentBody),
}

/// A vehicle's file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct VehicleBody {
    /// Its plate.
    #[schema(example = "浙F12345")]
    pub plate: String,
    /// Colour of the plate, by its code.
    pub colour: Option<String>,
    /// Plate of its trailer.
    pub trailer: Option<String>,
    /// Who drives it.
    pub driver: Option<String>,
    /// Their phone.
    pub phone: Option<String>,
    /// 道路运输证号.
    pub road_permit: Option<String>,
    /// The last day of it.
    #[schema(format = Date, example = "2027-03-31")]
    pub road_permit_valid_to: Option<String>,
    /// How it was cleaned last.
    pub cleaning: Option<String>,
    /// When, in China's time.
    pub cleaned_at: Option<String>,
    /// Number of its tank.
    pub container: Option<String>,
    /// 准运证编号 of the tank.
    pub tank_permit: Option<String>,
    /// The last day of it.
    #[schema(format = Date)]
    pub tank_permit_valid_to: Option<String>,
    /// What the tank carried, the last first.
    #[schema(max_items = 12)]
    pub cargoes: Option<Vec<String>>,
}

/// A sample of a meal.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SampleBody {
    /// The record that cooked it.
    pub record: String,
    /// The line of it.
    pub n: u16,
    /// Its lot.
    pub lot: String,
    /// Unit of the lot (UN/ECE Recommendation 20).
    #[schema(example = "KGM")]
    pub uom: String,
    /// What it is.
    pub goods: String,
    /// How many grams, an exact decimal.
    #[schema(example = "125")]
    pub grams: String,
    /// The same in the unit of the lot.
    #[schema(example = "0.125")]
    pub amount: String,
    /// Where it is.
    pub place: Option<String>,
    /// Who took it.
    pub by: Option<String>,
    /// Since when, in seconds since 1970.
    pub since: u64,
    /// Until when.
    pub until: u64,
    /// Whether it was disposed of.
    pub over: bool,
}

/// How often the site checks itself.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SelfCheckBody {
    /// Days from one to the next.
    #[schema(minimum = 1, maximum = 999)]
    pub days: u16,
}

/// A product of the site's own.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplateBody {
    /// Its class.
    #[schema(example = "leafy_vegetable")]
    pub class: String,
    /// What it is called.
    pub name: String,
    /// Unit (UN/ECE Recommendation 20).
    #[schema(example = "KGM")]
    pub uom: String,
    /// 规格.
    pub spec: Option<String>,
    /// From whom, where it was bought.
    pub supplier: Option<String>,
}

/// A track whose hash was recorded.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TrackBody {
    /// SHA-256 of the file, base64url, as the record has it.
    pub hash: String,
    /// The record that dispatched the goods.
    pub dispatch: String,
    /// Name of the file.
    pub name: String,
    /// How many points.
    pub count: u32,
    /// When the first was, in seconds since 1970.
    pub first: u64,
    /// When the last was.
    pub last: u64,
    /// System of coordinates.
    #[schema(example = "WGS-84")]
    pub system: String,
    /// The file, compressed (gzip), base64url; none where it is too large and lies on one device alone.
    #[schema(max_length = 983_040)]
    pub file: Option<String>,
}

/// For whom the party acts, and where their consent is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentBody {
    /// For whom.
    pub party: String,
    /// What they are called.
    pub called: String,
    /// Whether the registry named this party their agent when it was asked; none if it was not asked.
    pub agreed: Option<bool>,
    /// The picture of their consent.
    pub blob: ConsentBlob,
    /// The day on which it was taken.
    #[schema(format = Date, example = "2026-11-22")]
    pub on: String,
}

/// A picture, as records name it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentBlob {
    /// SHA-256 of it, base64url.
    pub hash: String,
    /// Its bytes.
    pub bytes: u64,
    /// Who may see it: `balance`, `trade` or `personal`.
    #[schema(example = "personal")]
    pub class: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::note::{NoteKind, Told};
    use serde_json::{Value, json};

    const HASH: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

    /// A note of each kind with every member that it may have.
    fn examples() -> Vec<Value> {
        vec![
            json!({"kind": "vehicle", "plate": "浙F12345", "colour": "2", "trailer": "浙F123挂", "driver": "甲",
                "phone": "1", "road_permit": "2", "road_permit_valid_to": "2027-03-31", "cleaning": "水洗",
                "cleaned_at": "2026-11-22 08:00", "container": "3", "tank_permit": "4",
                "tank_permit_valid_to": "2027-03-31", "cargoes": ["食醋"]}),
            json!({"kind": "sample", "record": HASH, "n": 2, "lot": "t/LOT-1", "uom": "KGM", "goods": "红烧肉",
                "grams": "150", "amount": "0.15", "place": "冰箱", "by": "乙", "since": 1_795_312_800,
                "until": 1_795_485_600, "over": false}),
            json!({"kind": "self_check", "days": 7}),
            json!({"kind": "template", "class": "pork_cut", "name": "五花肉", "uom": "KGM", "spec": "切块",
                "supplier": "示例供货商"}),
            json!({"kind": "track", "hash": HASH, "dispatch": HASH, "name": "track.gpx", "count": 3, "first": 1,
                "last": 2, "system": "WGS-84", "file": "H4sIAAAA"}),
            json!({"kind": "consent", "party": "NH-330421-0000012", "called": "示例农户", "agreed": true,
                "blob": {"hash": HASH, "bytes": 3, "class": "personal"}, "on": "2026-11-22"}),
        ]
    }

    #[test]
    fn the_document_names_every_member_that_a_note_of_its_kind_has() {
        let kinds: Vec<Value> = NoteKind::ALL
            .iter()
            .map(|kind| json!(kind.code()))
            .collect();
        let told: Vec<Value> = examples().iter().map(|one| one["kind"].clone()).collect();
        assert_eq!(told, kinds);
        for example in examples() {
            let read: Told = serde_json::from_value(example.clone()).unwrap();
            assert_eq!(
                serde_json::to_value(&read).unwrap(),
                example,
                "all that it may have"
            );
            let shown: ToldBody = serde_json::from_value(example.clone()).unwrap();
            assert_eq!(serde_json::to_value(&shown).unwrap(), example);
        }
    }
}
