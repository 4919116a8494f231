//! Joining: an invitation, a device that answers it, a signature by whoever invited, and devices
//! that an administrator adds and revokes. Private keys stay where they were made.

use crate::common::world::signing_key;
use crate::host::{Host, at_home, both, harvest, run, run_json, shisu};
use crate::place::{Place, on_both_databases};
use crate::town::parse;
use serde_json::{Value, json};
use shisu::app::keyfile;
use shisu::app::remote::backoff::Patience;
use shisu::app::remote::{Address, Remote, Sent};
use shisu::core::ids::PartyId;
use shisu::core::joining::Code;
use shisu::core::log::{NoteSigner, Origin};
use shisu::core::record::{Jwk, PossessionProof};
use shisu::core::time::UnixSeconds;
use std::path::{Path, PathBuf};
use std::process::Command;

on_both_databases! {
    a_device_joins_by_invitation_and_an_administrator_manages_its_own
    the_same_works_over_the_network_with_a_session_of_the_key
    an_invitation_works_once_and_only_while_it_stands
    a_link_names_the_key_of_the_log_and_no_other_server_is_joined
}

fn at(host: &Host, words: &[&str], key: &Path) -> Command {
    let mut command = shisu();
    command.args(words);
    at_home(host, &mut command);
    command.arg("--key").arg(key);
    command
}

fn registrar(host: &Host) -> PathBuf {
    host.town.place.home().join("keys").join("registrar.jwk")
}

fn invite(host: &Host, party: &str, more: &[&str]) -> Value {
    let party = &host.town.world.parties[party];
    let mut command = at(
        host,
        &["invite", "new", "--json", "--party", party],
        &registrar(host),
    );
    run_json(command.args(more))
}

fn join(host: &Host, code: &str, key: &Path) -> Command {
    let mut command = shisu();
    command.args(["join", code, "--server", &host.url(), "--key"]);
    command.arg(key);
    command
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn a_device_joins_by_invitation_and_an_administrator_manages_its_own(place: Place) {
    joins_and_is_managed(Host::new(place));
}

fn the_same_works_over_the_network_with_a_session_of_the_key(place: Place) {
    let mut host = Host::new(place);
    host.is_away = true;
    joins_and_is_managed(host);
}

fn joins_and_is_managed(host: Host) {
    let admin = host.path("admin.jwk");
    joins(&host, &admin);
    manages_its_own(&host, &admin);
    manages_nobody_elses(&host, &admin);
}

/// The first characters of a thumbprint, as people read them out.
fn short(kid: &str) -> &str {
    kid.get(..8).unwrap()
}

fn joins(host: &Host, admin: &Path) {
    let invited = invite(host, "farm", &["--role", "admin", "--label", "办公室电脑"]);
    let joined = run_json(&mut join(host, text(&invited["code"]), admin));
    assert_eq!(joined["standing"], "waiting");
    // Until the registrar signs, the key is nobody's.
    let waiting = || run_json(&mut at(host, &["invite", "waiting"], &registrar(host)));
    assert_eq!(waiting()[0]["kid"], joined["kid"]);
    assert_eq!(waiting()[0]["label"], "办公室电脑");
    let early = run(&mut at(host, &["invite", "waiting"], admin));
    let why = if host.is_away {
        "[sign_in_failed]"
    } else {
        "[not_allowed]"
    };
    assert!(both(&early).contains(why), "{}", both(&early));

    let kid = short(text(&joined["kid"]));
    let words = ["invite", "approve", kid, "--holder", "示例人员"];
    let done = run_json(&mut at(host, &words, &registrar(host)));
    assert_eq!(done[0]["type"], "add_key");
    assert_eq!(done[0]["outcome"], "accepted");
    let again = run_json(&mut join(host, text(&invited["code"]), admin));
    assert_eq!(again["standing"], "joined");
    // What it signed while it waited counts: its key stands from a day before it answered.
    let farm = &host.town.world.parties["farm"];
    let listed = run_json(&mut at(host, &["device", "list", "--party", farm], admin));
    let mut keys = listed.as_array().unwrap().iter();
    let own = keys.find(|one| one["kid"] == joined["kid"]).unwrap();
    assert_eq!(own["label"], "办公室电脑");
    let from = UnixSeconds::parse_rfc3339(text(&own["from"])).unwrap();
    let waited = UnixSeconds::new(host.town.world.now).unwrap().minus(86_400);
    assert!(from.get().abs_diff(waited.get()) < 60, "{own}");
    assert_eq!(waiting(), json!([]));
}

/// What a new key writes to be added for a party.
fn proven(host: &Host, key: &Path, party: &str) -> PathBuf {
    let world = &host.town.world;
    let mut prove = shisu();
    prove.args(["key", "prove", "--log", &world.log]);
    let proven = run_json(prove.args(["--party", &world.parties[party]]).arg(key));
    host.write("proof.json", proven.to_string())
}

fn manages_its_own(host: &Host, admin: &Path) {
    let (farm, site) = (
        host.town.world.parties["farm"].clone(),
        host.town.world.sites["farm"].clone(),
    );
    let phone = host.path("phone.jwk");
    keyfile::write(&phone, &keyfile::generate().unwrap()).unwrap();
    let proof = proven(host, &phone, "farm");
    let words = ["device", "add", "--role", "clerk", "--site", &site];
    let added = run_json(at(host, &words, admin).arg(&proof));
    assert_eq!(added[0]["outcome"], "accepted");
    let kid = Jwk::of(&keyfile::read(&phone).unwrap()).kid().to_string();
    let listed = || {
        let list = run_json(&mut at(host, &["device", "list", "--party", &farm], admin));
        let mut all = list.as_array().unwrap().iter();
        all.find(|one| one["kid"] == json!(kid)).unwrap().clone()
    };
    assert_eq!(listed()["sites"], json!([site]));
    assert_eq!(listed()["revoked"], false);
    let words = ["device", "revoke", short(&kid), "--party", &farm];
    let revoked = run_json(at(host, &words, admin).args(["--reason", "lost"]));
    assert_eq!(revoked[0]["outcome"], "accepted");
    assert_eq!(listed()["revoked"], true);
}

fn manages_nobody_elses(host: &Host, admin: &Path) {
    let coop = host.town.world.parties["coop"].clone();
    let proof = proven(host, &host.path("phone.jwk"), "coop");
    let refused = run(at(host, &["device", "add"], admin).arg(&proof));
    assert_eq!(refused.status.code(), Some(1));
    let said = both(&refused);
    assert!(said.contains("not_entitled"), "{said}");
    let refused = run(&mut at(host, &["device", "list", "--party", &coop], admin));
    let said = both(&refused);
    assert!(said.contains("[not_allowed]"), "{said}");
}

fn an_invitation_works_once_and_only_while_it_stands(place: Place) {
    let host = Host::new(place);
    let site = host.town.world.sites["shop"].clone();
    let (first, second) = (host.path("first.jwk"), host.path("second.jwk"));
    let invited = invite(&host, "shop", &["--site", &site]);
    let link = format!(
        "{}/join#{}",
        host.url(),
        text(&invited["code"]).to_lowercase()
    );
    let mut by_link = shisu();
    by_link.args(["join", &link, "--key"]).arg(&first);
    assert_eq!(run_json(&mut by_link)["standing"], "waiting");
    let answered = |done: &std::process::Output, code: &str| {
        assert_eq!(done.status.code(), Some(1));
        assert!(both(done).contains(&format!("[{code}]")), "{}", both(done));
    };
    // The first device may ask again; another one may not.
    assert_eq!(
        run_json(&mut join(&host, text(&invited["code"]), &first))["standing"],
        "waiting"
    );
    answered(
        &run(&mut join(&host, text(&invited["code"]), &second)),
        "invitation_used",
    );
    // Taken back, it is over for the first one, too.
    let words = ["invite", "revoke", text(&invited["id"])];
    assert!(
        run(&mut at(&host, &words, &registrar(&host)))
            .status
            .success()
    );
    answered(
        &run(&mut join(&host, text(&invited["code"]), &first)),
        "invitation_revoked",
    );
    let waiting = run_json(&mut at(&host, &["invite", "waiting"], &registrar(&host)));
    assert_eq!(waiting, json!([]));
    // A code that nobody made is answered as a wrong one is.
    answered(
        &run(&mut join(&host, "0000-0000-0000-0000", &second)),
        "unknown_invitation",
    );
    // Whoever has a key already gets no second life with it.
    let invited = invite(&host, "shop", &[]);
    let taken = registrar(&host);
    answered(
        &run(&mut join(&host, text(&invited["code"]), &taken)),
        "key_known",
    );
    // Nobody is invited for somebody else's site, or for a party that is not there.
    let party = host.town.world.parties["farm"].clone();
    let words = ["invite", "new", "--party", &party, "--site", &site];
    answered(
        &run(&mut at(&host, &words, &registrar(&host))),
        "unknown_site",
    );
    let words = ["invite", "new", "--party", "91320509MA1M00033P"];
    answered(
        &run(&mut at(&host, &words, &registrar(&host))),
        "unknown_party",
    );
}

#[test]
fn what_the_server_keeps_and_lists_holds_no_code_and_needs_a_session() {
    let host = Host::new(Place::sqlite());
    let invited = invite(&host, "shop", &[]);
    let code = text(&invited["code"]).replace('-', "");
    for file in std::fs::read_dir(host.town.place.home().parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes
                .windows(code.len())
                .any(|part| part == code.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    let address = Address {
        url: host.url(),
        ..Address::default()
    };
    let remote = Remote::at(&address, Patience::default()).unwrap();
    for path in [
        "/v1/invitations/pending",
        "/v1/devices?party=91320509MA1M00033P",
    ] {
        assert_eq!(remote.once(path, Sent::Get).unwrap().status, 401, "{path}");
    }
    let asked = json!({"party": host.town.world.parties["shop"], "role": "clerk"}).to_string();
    let sent = Sent::Post("application/json", asked.as_bytes());
    assert_eq!(remote.once("/v1/invitations", sent).unwrap().status, 401);
}

#[test]
fn a_proof_for_another_party_or_by_another_key_is_not_taken() {
    let host = Host::new(Place::sqlite());
    let invited = invite(&host, "shop", &[]);
    let code = Code::parse(text(&invited["code"])).unwrap();
    let address = Address {
        url: host.url(),
        ..Address::default()
    };
    let remote = Remote::at(&address, Patience::default()).unwrap();
    let (mine, other) = (keyfile::generate().unwrap(), keyfile::generate().unwrap());
    let log = Origin::new(&host.town.world.log).unwrap();
    let party = |name: &str| PartyId::parse(&host.town.world.parties[name]).unwrap();
    for (jwk, proof) in [
        (
            Jwk::of(&mine),
            PossessionProof::sign(&mine, &log, &party("farm")),
        ),
        (
            Jwk::of(&mine),
            PossessionProof::sign(&other, &log, &party("shop")),
        ),
    ] {
        let asked = json!({"code": code.to_string(), "jwk": jwk, "proof": proof}).to_string();
        let path = format!("/v1/invitations/{}/accept", code.id());
        let sent = Sent::Post("application/json", asked.as_bytes());
        let reply = remote.once(&path, sent).unwrap();
        assert_eq!(
            reply.status,
            400,
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
    }
}

#[test]
fn what_an_approved_device_signs_is_admitted_and_what_a_revoked_one_signs_is_not() {
    let mut host = Host::new(Place::sqlite());
    let device = host.path("device.jwk");
    let invited = invite(&host, "farm", &[]);
    let joined = run_json(&mut join(&host, text(&invited["code"]), &device));
    let kid = text(&joined["kid"]).to_owned();
    let sign = |host: &mut Host, lot: &str| {
        let author = host.town.world.authors["farm"].clone();
        let mut world = host.town.world.clone();
        let mine = world.authors.get_mut("farm").unwrap();
        mine.key = keyfile::read(&device).unwrap();
        mine.seq = author.seq;
        mine.prev = None;
        world.now = crate::host::now();
        let text = world.text("farm", &harvest(lot));
        host.town.world.authors.get_mut("farm").unwrap().seq = parse(&text).claims.seq;
        host.write("record.txt", text + "\n")
    };
    let submit = |host: &Host, file: &Path| {
        let done = run(shisu()
            .args(["submit", "--json", "--server", &host.url()])
            .arg(file));
        serde_json::from_slice::<Value>(&done.stdout).unwrap()[0].clone()
    };
    let file = sign(&mut host, "t/DV-1");
    assert_eq!(submit(&host, &file)["code"], "unknown_key");
    let approved = run_json(&mut at(
        &host,
        &["invite", "approve", &kid],
        &registrar(&host),
    ));
    assert_eq!(approved[0]["outcome"], "accepted");
    let file = sign(&mut host, "t/DV-2");
    assert_eq!(submit(&host, &file)["outcome"], "accepted");
    let farm = host.town.world.parties["farm"].clone();
    let words = [
        "device", "revoke", &kid, "--party", &farm, "--reason", "left",
    ];
    let revoked = run_json(&mut at(&host, &words, &registrar(&host)));
    assert_eq!(revoked[0]["outcome"], "accepted");
    let file = sign(&mut host, "t/DV-3");
    assert_eq!(submit(&host, &file)["code"], "key_revoked");
}

/// As the ledger beside it knows the key, or as whoever invites over the network says it.
fn a_link_names_the_key_of_the_log_and_no_other_server_is_joined(place: Place) {
    let mut host = Host::new(place);
    let (url, key) = (host.url(), host.log_key());
    let log = Origin::new(&host.town.world.log).unwrap();
    let other = NoteSigner::new(log, signing_key("another log")).unwrap();
    let other = other.verifier_key().to_string();
    let link_of = |made: &Value| text(&made["link"]).to_owned();
    let here = link_of(&invite(&host, "shop", &["--page", &url]));
    assert!(here.ends_with(&format!(".{key}")), "{here}");
    host.is_away = true;
    let without = link_of(&invite(&host, "shop", &[]));
    assert!(!without.contains(&key), "{without}");
    let away = link_of(&invite(&host, "shop", &["--log-key", &key]));
    assert!(away.ends_with(&format!(".{key}")), "{away}");
    // Whoever invites believes another key than the server has.
    let party = &host.town.world.parties["shop"];
    let words = ["invite", "new", "--json", "--party", party];
    let mut wrong = at(&host, &words, &registrar(&host));
    let refused = run(wrong.args(["--log-key", &other]));
    assert_eq!(refused.status.code(), Some(1), "{}", both(&refused));
    assert!(both(&refused).contains("日志公钥"), "{}", both(&refused));

    let joined = |link: &str, name: &str| {
        let mut command = shisu();
        run(command.args(["join", link, "--key"]).arg(host.path(name)))
    };
    for (number, link) in [&here, &without, &away].into_iter().enumerate() {
        let done = joined(link, &format!("phone-{number}.jwk"));
        assert!(done.status.success(), "{}", both(&done));
    }
    let forged = link_of(&invite(&host, "shop", &["--log-key", &key])).replace(&key, &other);
    let refused = joined(&forged, "phone.jwk");
    assert!(!refused.status.success());
    assert!(both(&refused).contains("日志公钥"), "{}", both(&refused));
    assert!(!host.path("phone.jwk").exists(), "no key was made");
}
