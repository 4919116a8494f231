//! Tables of which an agent signs rows for a smallholder: with their consent, and only if the registry names it their agent.

use crate::host::{Host, both, run, run_json, shisu};
use crate::imports::{done, import};
use crate::place::{Place, on_both_databases};
use crate::town::parse;
use serde_json::{Value, json};

on_both_databases! {
    rows_for_a_smallholder_are_signed_with_their_consent
    the_same_rows_go_over_the_network
}

/// A farm that is the agent of a smallholder, whose code is given.
fn with_smallholder(place: Place, is_away: bool) -> (Host, String) {
    let mut host = Host::new(place);
    host.is_away = is_away;
    let draft = host.town.world.register_party("nonghu", "smallholder");
    let agent = host.town.world.parties["farm"].clone();
    let text = host.town.sign("registrar", &draft.body("agent", agent));
    let records = host.write("records.jsonl", format!("{text}\n"));
    let told = run_json(
        shisu()
            .args(["submit", "--json", "--server", &host.url()])
            .arg(records),
    );
    assert_eq!(told[0]["outcome"], "accepted", "{told}");
    let nonghu = host.town.world.parties["nonghu"].clone();
    (host, nonghu)
}

fn rows_for_a_smallholder_are_signed_with_their_consent(place: Place) {
    imported(with_smallholder(place, false));
}

fn the_same_rows_go_over_the_network(place: Place) {
    imported(with_smallholder(place, true));
}

fn imported((host, nonghu): (Host, String)) {
    let table = |whom: &str| {
        format!(
            "批次码,食品类别,名称,数量,生产日期,代办对象\nNH-1,叶菜,青菜,12公斤,2026-01-05,{whom}\nNH-2,叶菜,青菜,1公斤,2026-01-05,\n"
        )
    };
    let other = &host.town.world.parties["shop"];
    let wrong = host.write("wrong.csv", table(other));
    let answer = run(&mut import(&host, "farm", "lots", &wrong));
    let told: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let fault = &told["preview"]["faults"][0];
    assert_eq!(
        (&fault["cell"], &fault["code"]),
        (&json!("F2"), &json!("not_their_agent"))
    );
    let (lots, size) = (host.write("lots.csv", table(&nonghu)), host.size());
    let without = both(&run(&mut import(&host, "farm", "lots", &lots)));
    assert!(without.contains("--consent"), "{without}");
    assert_eq!(host.size(), size, "nothing is signed without consent");
    let picture = host.write("consent.jpg", "示例委托书");
    let signs = |state: &str| {
        let mut command = import(&host, "farm", "lots", &lots);
        command.arg("--state").arg(host.path(state));
        let consent = format!("{nonghu}={}", picture.display());
        run_json(command.args(["--consent", &consent]))
    };
    assert_eq!(signs("kept")["done"], done(2, 0));
    let kept = std::fs::read_to_string(host.path("kept")).unwrap();
    let record = |n: usize| {
        let signed: Value = serde_json::from_str(kept.lines().nth(n).unwrap()).unwrap();
        parse(signed["record"].as_str().unwrap())
    };
    let (theirs, own) = (record(1), record(2));
    let whom = theirs.body.on_behalf_of().map(|party| party.to_string());
    assert_eq!(whom.as_deref(), Some(&*nonghu));
    assert_eq!(theirs.claims.blobs.len(), 1, "the consent is named");
    assert_eq!(own.body.on_behalf_of(), None);
    assert!(own.claims.blobs.is_empty());
    // The rows are known without what was kept.
    assert_eq!(signs("lost")["done"], done(0, 2));
}
