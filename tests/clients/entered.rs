//! Goods of suppliers who are not enrolled, and readings with a device's key: imported once, by whoever may.

use crate::host::{Host, at_home, both, run, run_json, shisu};
use crate::imports::{done, import, key, lots};
use crate::place::{Place, on_both_databases};
use crate::town::parse;
use serde_json::{Value, json};
use std::path::Path;

on_both_databases! {
    goods_of_suppliers_who_are_not_enrolled_are_entered_once
    a_device_key_imports_readings_and_nothing_else
    a_device_key_does_so_over_the_network_too
}

const ENTERED: &str = "\
供应商,联系电话,品名,类别,批次号,重量(斤),生产日期,进货日期,查验
示例菜农甲,130****0000,青菜,叶菜,JH-1,25,2026-01-05,2026-01-06,供货者许可证、合格证
示例菜农乙,,番茄,番茄,JH-2,３０,2026年1月5日,2026/1/6,
";

/// What a shop bought is its purchase ledger: who sold it stays sealed.
fn goods_of_suppliers_who_are_not_enrolled_are_entered_once(place: Place) {
    for is_away in [false, true] {
        let mut host = Host::new(if place.is_sqlite() {
            Place::sqlite()
        } else {
            Place::postgres()
        });
        host.is_away = is_away;
        let table = host.write("enter.csv", encoding_rs::GBK.encode(ENTERED).0);
        let looked = run_json(import(&host, "shop", "enter", &table).arg("--preview"));
        assert_eq!(looked["preview"]["records"], json!(2), "{looked}");
        assert_eq!(
            run_json(&mut import(&host, "shop", "enter", &table))["done"],
            done(2, 0)
        );
        let kept = std::fs::read_to_string(host.path("enter.csv.imported")).unwrap();
        let signed: Value = serde_json::from_str(kept.lines().nth(1).unwrap()).unwrap();
        let record = parse(signed["record"].as_str().unwrap());
        assert_eq!(record.kind().code(), "enter");
        let text = record.to_sd_jwt(|_| false);
        assert!(!text.contains("示例菜农"), "the supplier is sealed");
        let size = host.size();
        assert_eq!(
            run_json(&mut import(&host, "shop", "enter", &table))["done"],
            done(0, 2)
        );
        let state = host.path("lost");
        let mut command = import(&host, "shop", "enter", &table);
        let again = run_json(command.arg("--state").arg(&state));
        assert_eq!(again["done"], done(0, 2), "the ledger knows the rows");
        assert_eq!(host.size(), size);
        // Whoever sold it has to be named.
        let nobody = host.write("nobody.csv", ENTERED.replace("示例菜农乙", ""));
        let answer = run(&mut import(&host, "shop", "enter", &nobody));
        assert_eq!(answer.status.code(), Some(1), "{}", both(&answer));
        let told: Value = serde_json::from_slice(&answer.stdout).unwrap();
        let fault = &told["preview"]["faults"][0];
        assert_eq!(
            (&fault["cell"], &fault["code"]),
            (&json!("A3"), &json!("missing"))
        );
        assert_eq!(host.size(), size);
    }
}

fn a_device_key_imports_readings_and_nothing_else(place: Place) {
    device_imports(Host::new(place));
}

fn a_device_key_does_so_over_the_network_too(place: Place) {
    let mut host = Host::new(place);
    host.is_away = true;
    device_imports(host);
}

fn device_imports(mut host: Host) {
    let draft = host
        .town
        .world
        .add_key("logger", "farm", Some("farm"), "device");
    let text = host.town.sign("registrar", &draft);
    let text = host.write("key.txt", text + "\n");
    let mut command = shisu();
    command.args(["submit", "--json"]);
    let submitted = run_json(at_home(&host, &mut command).arg(text));
    assert_eq!(submitted[0]["outcome"], "accepted", "{submitted}");
    let with_device = |kind: &str, file: &Path| {
        let mut command = shisu();
        command.args(["import", kind, "--json"]);
        at_home(&host, &mut command);
        command.args(["--site", &host.town.world.sites["farm"], "--key"]);
        command.arg(key(&host, "logger")).arg(file);
        command
    };
    let day = "时间,温度\n2026-01-06 08:00,3.5\n2026-01-06 08:05,3.6\n";
    let logger = host.write("logger.csv", day);
    let mut command = with_device("readings", &logger);
    let told = run_json(command.args(["--zone", "1号库", "--sensor", "L-1"]));
    assert_eq!(told["done"], done(1, 0));
    let mut command = with_device("readings", &logger);
    let told = run_json(command.args(["--zone", "1号库", "--sensor", "L-1"]));
    assert_eq!(told["done"], done(0, 1), "and not twice");

    let before = host.size();
    let lots = host.write("lots.csv", lots());
    let entered = host.write("enter.csv", ENTERED);
    for (kind, file) in [("lots", &lots), ("enter", &entered)] {
        let answer = run(&mut with_device(kind, file));
        assert_ne!(answer.status.code(), Some(0), "{kind}");
        let told = both(&answer);
        let code = if host.is_away {
            "not_allowed"
        } else {
            "key_role"
        };
        assert!(told.contains(code), "{kind}: {told}");
    }
    assert_eq!(host.size(), before, "nothing else is recorded");
}
