//! The members of bodies and objects, and the codes, are those that the document lists. What the
//! code knows is what its readers say they expect when they meet something unknown.

use crate::document::{document, table, unquoted};
use crate::story::Story;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use shisu::core::record::body::{self, Body};
use shisu::core::record::{RecordType, sealed};
use shisu::core::rules::{paper, yields};
use std::collections::BTreeSet;

/// The words between back quotes that follow "expected" in a refusal.
fn expected(refusal: &str) -> BTreeSet<String> {
    let (_, list) = refusal.split_once("expected ").unwrap();
    let quoted = list.split('`').skip(1).step_by(2).map(str::to_owned);
    quoted.filter(|name| name != "_sd").collect()
}

fn members_of<T: DeserializeOwned>() -> BTreeSet<String> {
    expected(
        &serde_json::from_str::<T>(r#"{"?":0}"#)
            .err()
            .unwrap()
            .to_string(),
    )
}

fn codes_of<T: DeserializeOwned>() -> BTreeSet<String> {
    expected(
        &serde_json::from_str::<T>(r#""?""#)
            .err()
            .unwrap()
            .to_string(),
    )
}

fn written(document: &str, heading: &str) -> BTreeSet<String> {
    let rows = table(document, heading);
    let names: BTreeSet<_> = rows
        .iter()
        .map(|row| unquoted(&row[1]).to_owned())
        .collect();
    assert_eq!(names.len(), rows.len(), "{heading}");
    names
}

#[test]
fn the_document_lists_every_member_of_every_body() {
    let document = document();
    for kind in RecordType::ALL {
        let refusal = Body::parse(*kind, r#"{"?":0}"#).unwrap_err().to_string();
        let heading = format!("### `{}` {}", kind.code(), kind.zh());
        assert_eq!(written(&document, &heading), expected(&refusal), "{kind}");
    }
}

/// The signed bodies of the good vectors of `kind`.
fn bodies(story: &Story, kind: RecordType) -> Vec<Map<String, Value>> {
    let of_kind = story
        .good
        .iter()
        .filter(|v| v["payload"]["type"] == kind.code());
    let body = |vector: &Value| {
        let payload = vector["sd_jwt"]
            .as_str()
            .unwrap()
            .split('.')
            .nth(1)
            .unwrap();
        let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
        let payload: Value = serde_json::from_slice(&payload).unwrap();
        payload["body"].as_object().unwrap().clone()
    };
    of_kind.map(body).collect()
}

#[test]
fn the_document_says_which_members_are_required_and_the_vectors_have_them_all() {
    let (document, story) = (document(), Story::tell());
    for kind in RecordType::ALL {
        let bodies = bodies(&story, *kind);
        for row in table(&document, &format!("### `{}` {}", kind.code(), kind.zh())) {
            let member = unquoted(&row[1]);
            let mut body = bodies
                .iter()
                .find(|body| body.contains_key(member))
                .unwrap_or_else(|| panic!("no vector of {kind} has {member}"))
                .clone();
            body.remove(member);
            let without = Body::parse(*kind, &Value::Object(body).to_string());
            assert_eq!(row[5] == "yes", without.is_err(), "{kind}: {member}");
        }
    }
}

#[test]
fn the_document_lists_every_member_of_every_object() {
    let document = document();
    macro_rules! compare {
        ($($module:ident::$name:ident),* $(,)?) => {
            [$((stringify!($name), members_of::<$module::$name>())),*]
        };
    }
    let objects = compare![
        body::PeerHead,
        body::Genesis,
        body::LicenceHeld,
        body::Zone,
        body::StorageFiling,
        body::LotInfo,
        body::BulkLabel,
        body::Import,
        body::Confirmation,
        body::Cleaning,
        body::BulkSheet,
        body::Sensor,
        body::TrackCommitment,
        body::EntryReason,
        body::SettledLine,
        body::CorrectedMember,
        body::FarmCertificate,
        body::Quarantine,
        body::MeatInspection,
        body::Test,
        body::TestItem,
        body::CustomsPaper,
        body::BulkPermit,
        sealed::Person,
        sealed::Vehicle,
        sealed::Counterparty,
        sealed::Places,
        sealed::Difference,
        sealed::Counted,
    ];
    let section = document.split_once("## 12. ").unwrap().1;
    let headings: BTreeSet<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'))
        .collect();
    assert_eq!(headings, objects.iter().map(|(name, _)| *name).collect());
    for (name, members) in objects {
        assert_eq!(
            written(&document, &format!("### `{name}`")),
            members,
            "{name}"
        );
    }
}

#[test]
fn the_document_lists_every_code() {
    macro_rules! codes {
        ($($module:ident::$name:ident),* $(,)?) => {
            [$((stringify!($name), codes_of::<$module::$name>())),*]
        };
    }
    let kinds = codes![
        body::PartyKind,
        body::LicenceKind,
        body::RiskGrade,
        body::SiteKind,
        body::KeyRole,
        body::RevokeReason,
        body::Creation,
        body::Checked,
        body::InputKind,
        body::FarmCertificateForm,
        body::PromiseBasis,
        body::QuarantineForm,
        body::AnimalPurpose,
        body::Transport,
        body::Position,
        body::HandOnReason,
        body::EntryCheck,
        body::Outcome,
        body::Channel,
        body::DisposalMethod,
        body::DisposalReason,
        body::InspectionMode,
        body::HoldReason,
        body::RecallLevel,
        body::RecallForm,
        body::CorrectionReason,
        sealed::DifferenceReason,
        paper::PaperKind,
        paper::Standing,
        yields::Operation,
    ];
    let rows = table(&document(), "### Codes");
    assert_eq!(rows.len(), kinds.len());
    for (row, (name, codes)) in rows.iter().zip(kinds) {
        assert_eq!(unquoted(&row[1]), name);
        let listed: BTreeSet<String> = row[2]
            .split("; ")
            .map(|code| code.split('`').nth(1).unwrap().to_owned())
            .collect();
        assert_eq!(listed, codes, "{name}");
    }
}
