//! `ids.json`: every type of identifier in its canonical spelling, and texts that are none.

use crate::scanned;
use crate::tools::settle;
use serde_json::{Value, json};
use shisu::core::ids::*;
use shisu::core::text::Explain;

type Reader = fn(&str) -> Result<String, IdError>;

/// A type: its name, its reader, texts that it takes and texts that it refuses.
type Kind = (
    &'static str,
    Reader,
    &'static [&'static str],
    &'static [&'static str],
);

macro_rules! reader {
    ($kind:ident) => {
        |text| $kind::parse(text).map(|id| id.as_str().to_owned())
    };
}

const PARTIES: [Kind; 4] = [
    (
        "uscc",
        reader!(Uscc),
        &[
            "91110000600037341L",
            "91440300708461136T",
            "91330100716105852F",
            "91310118MA1J000224",
            "93330421MA2B00019Q",
        ],
        &[
            "",
            "12345",
            "A1110000600037341L",
            "91110000600037341M",
            "9111A000600037341L",
            "91110000600037341I",
            "9１110000600037341L",
            "91310118ma1j000224",
            "91310118MA1J000224 ",
        ],
    ),
    (
        "org_code",
        reader!(OrgCode),
        &["600037341", "600037342"],
        &["60003734", "6000373410", "60003734a", ""],
    ),
    (
        "smallholder",
        reader!(SmallholderNo),
        &["NH-330421-0000174"],
        &[
            "NH-330421-0000170",
            "NH-330421-000017",
            "nh-330421-0000174",
            "NH330421-0000174",
            "",
        ],
    ),
    (
        "party",
        reader!(PartyId),
        &["91310118MA1J000224", "NH-330421-0000174"],
        &[
            "NH-330421-0000170",
            "91310118MA1J000225",
            "沪A12345",
            "",
            "JY13101180000015",
        ],
    ),
];

const SITES: [Kind; 5] = [
    (
        "licence",
        reader!(Licence),
        &[
            "SC10433042100018",
            "JY13101180000015",
            "YB13101180000015",
            "SC10633019702613",
        ],
        &[
            "SC10633042101885",
            "JB13101180000015",
            "SC1043304210001",
            "sc10433042100018",
            "SC１0433042100018",
            "JY93101180000015",
        ],
    ),
    (
        "historic_licence",
        reader!(HistoricLicence),
        &["QS330406010001"],
        &["QS33040601000", "QS33040601000A", "SC330406010001"],
    ),
    (
        "slaughter_code",
        reader!(SlaughterCode),
        &["A31010001"],
        &["A3101000", "a31010001", "A3101000A", "131010001"],
    ),
    (
        "site_no",
        reader!(SiteNo),
        &["S-330421-0000174"],
        &["S-330421-0000175", "S-330421-000017", "s-330421-0000174"],
    ),
    (
        "site",
        reader!(SiteId),
        &[
            "JY13101180000015",
            "A31010001",
            "9520001000010",
            "S-330421-0000174",
        ],
        &[
            "",
            "X",
            "A3101000",
            "9520001000011",
            "91310118MA1J000224",
            "SC",
            "沪A12345",
        ],
    ),
];

const GS1: [Kind; 8] = [
    (
        "gtin",
        reader!(Gtin),
        &[
            "09520001123467",
            "6901234567892",
            "96385074",
            "036000291452",
        ],
        &[
            "09520001123468",
            "690123456789",
            "012345678",
            "0952000112346O",
            "",
            "０9520001123467",
        ],
    ),
    (
        "gln",
        reader!(Gln),
        &["9520001000010", "4012345000115"],
        &["9520001000011", "952000100001", "952000100001A"],
    ),
    (
        "sscc",
        reader!(Sscc),
        &["095200010000000010", "040123450000001112"],
        &["095200010000000011", "09520001000000001"],
    ),
    (
        "grai",
        reader!(Grai),
        &["09520001000010CRATE1", "09520001000010"],
        &["09520001000011CRATE1", "19520001000010", "0952000100001"],
    ),
    (
        "giai",
        reader!(Giai),
        &["9520001TRUCK-7"],
        &["", "9520001 TRUCK", "9520001卡车"],
    ),
    (
        "batch",
        reader!(BatchNo),
        &["QP20261120C1", "ABC&+123", "1/2"],
        &["", "批20261119", "AB C", "A23456789012345678901", "A~"],
    ),
    (
        "serial",
        reader!(Serial),
        &["7", "1/2"],
        &["", "一", "A23456789012345678901"],
    ),
    (
        "variant",
        reader!(Variant),
        &["2A"],
        &["", "A23456789012345678901"],
    ),
];

const LOTS: Kind = (
    "lot_code",
    reader!(LotCode),
    &[
        "01/09520001123467/10/QP20261120C1",
        "01/09520001123467/22/2A/10/ABC%26%2B123/21/1%2F2",
        "t/JX-2026-117",
        "t/ABCD",
    ],
    &[
        "01/09520001123467",
        "01/09520001123467/10/",
        "01/09520001123467/21/1",
        "01/09520001123467/10/A/",
        "01/09520001123467/10/A/21/",
        "01/09520001123467/10/A/22/1",
        "/01/09520001123467/10/A",
        "01/9520001123467/10/A",
        "01/09520001123466/10/A",
        "gtin/09520001123467/lot/A",
        "01/09520001123467/10/A&B",
        "01/09520001123467/10/A%2b",
        "01/09520001123467/10/%41",
        "01/09520001123467/10/A%2",
        "01/09520001123467/10/A%GG",
        "01/09520001123467/10/A%20B",
        "01/09520001123467/10/%00",
        "01/09520001123467/10/~",
        "01/09520001123467/10/..",
        "01/09520001123467/10/批1",
        "01/09520001123467/10/%E6%89%B91",
        "01/09520001123467/10/123456789012345678901",
        "t/ABC",
        "t/-ABCD",
        "t/ABCD-",
        "t/abcd",
        "t/AB/CD",
        "T/ABCD",
        "t/12345678901234567890123456789012345678901",
        "",
        "/",
    ],
);

const OTHERS: [Kind; 10] = [
    (
        "division",
        |text| Division::parse(text).map(|id| id.as_str().to_owned()),
        &["330000", "330400", "330421", "310118"],
        &["330999", "33042", "3304211", "33042a", ""],
    ),
    (
        "plate",
        reader!(Plate),
        &[
            "沪A12345",
            "浙FA123挂",
            "沪A1234警",
            "粤ZA123港",
            "沪AD12345",
            "浙A12345D",
        ],
        &[
            "沪AI2345",
            "沪O12345",
            "沪a12345",
            "沪A1234５",
            "港A12345",
            "沪AL12345",
            "沪·A12345",
            "沪A1234",
        ],
    ),
    (
        "plate_colour",
        |text| PlateColour::parse(text).map(|id| id.as_str().to_owned()),
        &["1", "2", "3", "4", "5", "9", "91", "92", "93", "94"],
        &["0", "6", "01", ""],
    ),
    (
        "ear_tag",
        reader!(EarTag),
        &["133042100000017", "733042100000017", "133099900000017"],
        &["433042100000017", "13304210000017"],
    ),
    (
        "vet_drug",
        reader!(VetDrugCode),
        &["202611190123412345678901"],
        &["202613190123412345678901", "20261119012341234567890"],
    ),
    (
        "pesticide",
        reader!(PesticideCode),
        &["11111111111111111111111111111111"],
        &[
            "1111111111111111111111111111111",
            "1111111111111111111111111111111A",
        ],
    ),
    (
        "organic",
        reader!(OrganicCode),
        &["12326000000000017"],
        &["1232600000000001", "1232600000000001A"],
    ),
    (
        "plant_quarantine",
        reader!(PlantQuarantineNo),
        &["33042101202600017"],
        &["33042101302600017", "3304210120260001"],
    ),
    (
        "customs_certificate",
        reader!(CustomsCertificateNo),
        &["310100026000017"],
        &["31010002600001", "31010002600001A"],
    ),
    (
        "quarantine_no",
        reader!(QuarantineNo),
        &["3100000001", "浙A-0001"],
        &[
            "",
            "1 2",
            "１２",
            "1\u{0}",
            "A\u{202e}B",
            "1234567890123456789012345678901",
        ],
    ),
];

#[test]
fn identifiers_have_one_spelling() {
    let mut types = serde_json::Map::new();
    let lots = [LOTS];
    for (name, read, good, bad) in PARTIES
        .iter()
        .chain(&SITES)
        .chain(&GS1)
        .chain(&lots)
        .chain(&OTHERS)
    {
        let mut taken = Vec::new();
        for text in *good {
            let canonical = read(text).unwrap_or_else(|error| panic!("{name} {text}: {error}"));
            assert_eq!(read(&canonical).as_ref(), Ok(&canonical), "{name}");
            taken.push(json!({"text": text, "canonical": canonical}));
        }
        let mut refused = Vec::new();
        for text in *bad {
            let error = read(text).expect_err(text);
            refused.push(json!({"text": text, "code": error.code()}));
        }
        let both: Value = json!({"good": taken, "bad": refused});
        assert!(types.insert((*name).to_owned(), both).is_none(), "{name}");
    }
    settle(
        "ids.json",
        &json!({
            "types": types,
            "digital_links": scanned::links(),
            "element_strings": scanned::element_strings(),
            "scanned": scanned::resolved(),
        }),
    );
}
