//! Papers: nobody claims more than they may say, and what a paper covers is spent once.

use crate::common::draft::{certify, create, dispatch, picture, sell, transform};
use crate::common::world::DAY;
use crate::common::{Draft, Ledger, Line};
use serde_json::json;
use shisu::core::custody::FindingCode;
use shisu::core::quantity::{Amount, Uom};
use shisu::core::rules::paper::PaperKind;

fn with_lot() -> (Ledger, Line) {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "100");
    (ledger, credit)
}

fn issued(ledger: &Ledger, issuer: &str, kind: &str) -> Draft {
    certify(kind, "issued", "NO-1", "t/LOT-1").body("issuer_party", ledger.party(issuer))
}

#[test]
fn each_paper_is_issued_by_those_who_may() {
    let issuers = |kind: PaperKind| -> &[&str] {
        match kind {
            PaperKind::FarmCertificate => &["farm", "coop"],
            PaperKind::AnimalQuarantine | PaperKind::ProductQuarantine => &["vet"],
            PaperKind::MeatInspection => &["slaughter"],
            PaperKind::TestReport => &["lab", "plant", "slaughter"],
            PaperKind::FactoryInspection => &["plant", "slaughter"],
            PaperKind::RapidTest => &["farm", "shop", "regulator"],
            PaperKind::SamplingResult => &["lab", "regulator", "vet", "customs"],
            PaperKind::Customs => &["customs"],
            PaperKind::EnvironmentTest => &["lab"],
            PaperKind::BulkLiquidPermit | PaperKind::TestExemption => &["regulator", "vet"],
            PaperKind::CleaningCertificate | PaperKind::Other => &["carrier", "shop"],
        }
    };
    let never = |kind: PaperKind| -> &[&str] {
        match kind {
            PaperKind::FarmCertificate => &["shop", "lab", "regulator"],
            PaperKind::AnimalQuarantine | PaperKind::ProductQuarantine => {
                &["farm", "slaughter", "lab", "regulator", "customs"]
            }
            PaperKind::MeatInspection => &["farm", "vet", "shop"],
            PaperKind::TestReport => &["farm", "shop", "regulator"],
            PaperKind::FactoryInspection => &["farm", "shop", "lab"],
            PaperKind::RapidTest => &["carrier", "registrar"],
            PaperKind::SamplingResult => &["farm", "plant", "shop"],
            PaperKind::Customs => &["regulator", "vet", "plant"],
            PaperKind::EnvironmentTest => &["farm", "regulator"],
            PaperKind::BulkLiquidPermit | PaperKind::TestExemption => &["carrier", "plant", "lab"],
            PaperKind::CleaningCertificate | PaperKind::Other => &["registrar"],
        }
    };
    let (mut ledger, _) = with_lot();
    for kind in PaperKind::ALL {
        for name in issuers(kind) {
            let draft = issued(&ledger, name, kind.code());
            ledger.put(name, &draft);
        }
        for name in never(kind) {
            let draft = issued(&ledger, name, kind.code());
            ledger.submit(name, &draft).expect_refusal("not_entitled");
        }
    }
}

#[test]
fn nobody_issues_in_the_name_of_another() {
    let (mut ledger, _) = with_lot();
    let other = issued(&ledger, "coop", "farm_certificate");
    ledger.submit("farm", &other).expect_refusal("not_entitled");
    let nobody = certify("farm_certificate", "issued", "NO-1", "t/LOT-1");
    ledger
        .submit("farm", &nobody)
        .expect_refusal("not_entitled");
}

#[test]
fn what_a_holder_typed_in_stands_with_its_picture() {
    let (mut ledger, _) = with_lot();
    let typed = certify("animal_quarantine", "transcribed", "NO-1", "t/LOT-1");
    ledger
        .submit("shop", &typed)
        .expect_refusal("contradiction");
    ledger.put("shop", &typed.set("blobs", json!([picture()])));
}

#[test]
fn what_was_confirmed_says_where_and_nothing_else_does() {
    let (mut ledger, _) = with_lot();
    let paper = |standing: &str| {
        certify("farm_certificate", standing, "NO-1", "t/LOT-1").set("blobs", json!([picture()]))
    };
    let how = json!({"source": "示例平台", "at": ledger.world.now});
    ledger
        .submit("shop", &paper("confirmed"))
        .expect_refusal("contradiction");
    ledger.put("shop", &paper("confirmed").body("confirmed", how.clone()));
    let typed = paper("transcribed").body("confirmed", how.clone());
    ledger
        .submit("shop", &typed)
        .expect_refusal("contradiction");
    let own = issued(&ledger, "farm", "farm_certificate").body("confirmed", how);
    ledger.submit("farm", &own).expect_refusal("contradiction");
}

#[test]
fn a_paper_does_not_contradict_itself() {
    let (mut ledger, _) = with_lot();
    let paper = issued(&ledger, "farm", "farm_certificate");
    for draft in [
        paper.clone().set("about", json!([])),
        paper.clone().body("valid_until", "2026-11-19"),
        paper.clone().body("certified", "5"),
        paper.clone().body("uom", "KGM"),
    ] {
        ledger
            .submit("farm", &draft)
            .expect_refusal("contradiction");
    }
    ledger.world.register_site("ghost", "farm", "farm");
    let ghost = paper.body("spender", ledger.site("ghost"));
    ledger.submit("farm", &ghost).expect_refusal("unknown_site");
}

#[test]
fn an_expired_paper_that_is_relied_on_is_a_finding_and_the_goods_go_on() {
    let (mut ledger, credit) = with_lot();
    let paper = issued(&ledger, "farm", "farm_certificate").body("valid_until", "2026-11-22");
    let paper = ledger.put("farm", &paper).record.id;
    let sale = || sell(&[(&credit, "1")]).refs(&[paper]);
    let in_time = ledger.put("farm", &sale());
    assert_eq!(in_time.findings(), [], "valid to the end of its last day");
    ledger.pass(DAY);
    let shop = ledger.site("shop");
    for draft in [
        sale(),
        dispatch(&shop, &[(&credit, "1")]).refs(&[paper]),
        transform(
            "pack",
            &[(&credit, "1")],
            ("t/LOT-2", "1", "leafy_vegetable"),
        )
        .refs(&[paper]),
    ] {
        let found = ledger
            .submit("farm", &draft)
            .expect_finding("paper_expired");
        let FindingCode::PaperExpired { valid_until, .. } = found else {
            panic!("{found:?}")
        };
        assert_eq!(valid_until.to_string(), "2026-11-22");
    }
}

#[test]
fn a_paper_that_did_not_pass_is_a_finding_where_it_is_relied_on() {
    let (mut ledger, credit) = with_lot();
    let test = issued(&ledger, "lab", "test_report").body("passed", false);
    let test = ledger.put("lab", &test);
    assert_eq!(
        test.findings(),
        [],
        "a bad result is no fault of the record that says it"
    );
    let sale = sell(&[(&credit, "1")]).refs(&[test.record.id]);
    ledger
        .submit("farm", &sale)
        .expect_finding("paper_not_passed");
}

#[test]
fn a_paper_is_spent_by_its_one_spender_and_over_use_is_found() {
    let (mut ledger, credit) = with_lot();
    let paper = issued(&ledger, "farm", "farm_certificate")
        .body("certified", "10")
        .body("uom", "KGM")
        .body("spender", ledger.site("farm"));
    let paper = ledger.put("farm", &paper);
    let key = paper.entry;
    let (paper, shop) = (paper.record.id, ledger.site("shop"));
    let send = |quantity| dispatch(&shop, &[(&credit, quantity)]).refs(&[paper]);
    let first = ledger.put("farm", &send("6"));
    assert_eq!(first.findings(), []);
    assert_eq!(first.effects.paper_left, [(key, Amount::whole(4))]);
    let found = ledger
        .submit("farm", &send("5"))
        .expect_finding("paper_over_used");
    let over = FindingCode::PaperOverUsed {
        paper: "NO-1".into(),
        over: Amount::whole(1),
        uom: Uom::Kilogram,
    };
    assert_eq!(found, over);
    let again = ledger
        .submit("farm", &send("2"))
        .expect_finding("paper_over_used");
    let FindingCode::PaperOverUsed { over, .. } = again else {
        panic!("{again:?}")
    };
    assert_eq!(over, Amount::whole(2), "nothing is left");
}

#[test]
fn a_paper_named_twice_is_spent_and_judged_once() {
    let (mut ledger, credit) = with_lot();
    let paper = issued(&ledger, "farm", "farm_certificate")
        .body("certified", "1")
        .body("uom", "KGM")
        .body("spender", ledger.site("farm"));
    let paper = ledger.put("farm", &paper).record.id;
    let sale = sell(&[(&credit, "2")]).refs(&[paper, paper]);
    let found = ledger
        .submit("farm", &sale)
        .expect_finding("paper_over_used");
    let FindingCode::PaperOverUsed { over, .. } = found else {
        panic!("{found:?}")
    };
    assert_eq!(over, Amount::whole(1));
}

#[test]
fn only_its_spender_its_lots_and_its_unit_draw_on_a_paper() {
    let (mut ledger, credit) = with_lot();
    let other = ledger.harvest("farm", "t/LOT-2", "100");
    let at_shop = ledger.move_on("farm", "shop", &credit, "50");
    let paper = issued(&ledger, "farm", "farm_certificate")
        .body("certified", "10")
        .body("uom", "KGM")
        .body("spender", ledger.site("farm"));
    let paper = ledger.put("farm", &paper).record.id;
    let grams = create("t/LOT-1", "5000", "GRM", "leafy_vegetable");
    let grams = ledger.put("farm", &grams).line(1);
    let made = transform(
        "pack",
        &[(&credit, "20")],
        ("t/LOT-3", "20", "leafy_vegetable"),
    );
    for (name, draft) in [
        ("shop", sell(&[(&at_shop, "50")])),
        ("farm", sell(&[(&other, "50")])),
        ("farm", sell(&[(&grams, "5000")])),
        ("farm", made),
    ] {
        let admitted = ledger.put(name, &draft.refs(&[paper]));
        assert_eq!(admitted.findings(), []);
        assert_eq!(admitted.effects.paper_left, []);
    }
}

#[test]
fn a_paper_without_a_spender_is_drawn_on_when_the_goods_leave_whoever_has_them() {
    let (mut ledger, credit) = with_lot();
    let at_shop = ledger.move_on("farm", "shop", &credit, "50");
    let paper = issued(&ledger, "farm", "farm_certificate")
        .body("certified", "60")
        .body("uom", "KGM");
    let paper = ledger.put("farm", &paper);
    let (key, paper) = (paper.entry, paper.record.id);
    let sold = ledger.put("farm", &sell(&[(&credit, "20")]).refs(&[paper]));
    assert_eq!(sold.effects.paper_left, [(key, Amount::whole(40))]);
    let sold = ledger.put("shop", &sell(&[(&at_shop, "35")]).refs(&[paper]));
    assert_eq!(sold.effects.paper_left, [(key, Amount::whole(5))]);
    ledger
        .submit("farm", &sell(&[(&credit, "6")]).refs(&[paper]))
        .expect_finding("paper_over_used");
}

#[test]
fn goods_that_came_under_a_paper_without_a_spender_do_not_draw_on_it_again() {
    let (mut ledger, credit) = with_lot();
    let paper = issued(&ledger, "farm", "farm_certificate")
        .body("certified", "100")
        .body("uom", "KGM");
    let paper = ledger.put("farm", &paper).record.id;
    let send = dispatch(&ledger.site("shop"), &[(&credit, "100")]).refs(&[paper]);
    let sent = ledger.put("farm", &send).line(1);
    let receipt = crate::common::draft::receive(&[(&sent, "100")]);
    let at_shop = ledger.put("shop", &receipt).line(1);
    let sold = ledger.put("shop", &sell(&[(&at_shop, "100")]).refs(&[paper]));
    assert_eq!(sold.findings(), []);
    assert_eq!(sold.effects.paper_left, []);
}

#[test]
fn a_number_that_an_issuer_gave_twice_is_found_on_both_papers() {
    let (mut ledger, _) = with_lot();
    let first = issued(&ledger, "farm", "farm_certificate");
    let first = ledger.put("farm", &first);
    assert_eq!(first.findings(), []);
    let code = "paper_number_reused";
    for (name, draft) in [
        ("coop", issued(&ledger, "coop", "farm_certificate")),
        ("farm", issued(&ledger, "farm", "rapid_test")),
        (
            "farm",
            issued(&ledger, "farm", "farm_certificate").body("number", "NO-2"),
        ),
        (
            "shop",
            issued(&ledger, "farm", "farm_certificate")
                .body("standing", "transcribed")
                .set("blobs", json!([picture()])),
        ),
    ] {
        assert_eq!(ledger.put(name, &draft).findings(), [], "another paper");
    }
    let again = issued(&ledger, "farm", "farm_certificate");
    let again = ledger.put("farm", &again);
    assert_eq!(again.findings(), [(first.entry, code), (again.entry, code)]);
}

#[test]
fn the_particulars_of_a_paper_are_those_of_its_kind() {
    let (mut ledger, _) = with_lot();
    let customs = json!({"customs": {"port": "示例口岸"}});
    let draft = issued(&ledger, "lab", "test_report").body("detail", customs.clone());
    ledger.submit("lab", &draft).expect_refusal("malformed");
    let draft = issued(&ledger, "customs", "customs").body("detail", customs);
    ledger.put("customs", &draft);
}
