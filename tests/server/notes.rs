//! Notes of a site: shared by its devices, shown to nobody else, never lost between two of them.

use crate::client::Answer;
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use serde_json::{Value, json};
use shisu::app::backup::{Restore, backup, restore};
use shisu::app::node::Node;
use shisu::app::rebuild::rebuild;
use shisu::core::note::{NoteKind, NoteName};
use std::sync::Barrier;

on_both_databases! {
    what_two_devices_say_at_once_is_not_lost
    nobody_else_is_shown_a_note_and_every_look_is_in_the_journal
    a_driver_reads_vehicles_and_has_its_own_tracks
    a_note_that_is_deleted_is_gone_and_others_hear_of_it
    a_site_has_no_more_notes_than_it_may
    notes_outlast_a_rebuild
}

const HASH: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
const AT: u64 = 1_795_312_800;

fn name(kind: NoteKind, about: &str) -> String {
    NoteName::of(kind, about).to_string()
}

fn vehicle(plate: &str, member: &str, value: &str) -> (String, Value) {
    let told = json!({"kind": "vehicle", "plate": plate, member: value});
    (name(NoteKind::Vehicle, plate), told)
}

fn track() -> (String, Value) {
    let told = json!({"kind": "track", "hash": HASH, "dispatch": HASH, "name": "a.gpx", "count": 2,
        "first": 1, "last": 2, "system": "WGS-84"});
    (name(NoteKind::Track, HASH), told)
}

struct Notes<'a> {
    court: &'a Court,
    site: String,
}

impl<'a> Notes<'a> {
    fn of(court: &'a Court) -> Self {
        let site = court.host.town.world.sites["shop"].clone();
        Self { court, site }
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/sites/{}/notes{rest}", self.site)
    }

    fn put(&self, who: &str, (name, told): &(String, Value), over: u64) -> Answer {
        let body = json!({"at": AT, "told": told}).to_string();
        let path = self.path(&format!("/{name}?over={over}"));
        let token = self.court.token(who);
        self.court.ask(Some(&token), "PUT", &path, &body)
    }

    fn kept(&self, who: &str, note: &(String, Value), over: u64) -> u64 {
        let answer = self.put(who, note, over);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["version"].as_u64().unwrap()
    }

    fn delete(&self, who: &str, name: &str, over: u64) -> Answer {
        let token = self.court.token(who);
        let path = self.path(&format!("/{name}?over={over}"));
        self.court.ask(Some(&token), "DELETE", &path, "")
    }

    fn list(&self, who: &str, since: u64) -> Value {
        let answer = self
            .court
            .get_as(who, &self.path(&format!("?since={since}")));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        answer.json()
    }

    fn names(&self, who: &str) -> Vec<String> {
        let list = self.list(who, 0);
        let notes = list["notes"].as_array().unwrap().iter();
        notes
            .map(|note| note["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn what_two_devices_say_at_once_is_not_lost(place: Place) {
    let court = Court::new(place);
    let notes = Notes::of(&court);
    let both = [("shop-admin", "driver", "甲"), ("shop", "cleaning", "水洗")];
    let tokens = both.map(|(who, _, _)| court.token(who));
    let gate = Barrier::new(2);
    let answers = std::thread::scope(|scope| {
        let (notes, gate) = (&notes, &gate);
        let saying = both.iter().zip(&tokens).map(|((_, member, value), token)| {
            let (name, told) = vehicle("浙F12345", member, value);
            scope.spawn(move || {
                let body = json!({"at": AT, "told": told}).to_string();
                let path = notes.path(&format!("/{name}?over=0"));
                gate.wait();
                notes.court.ask(Some(token), "PUT", &path, &body)
            })
        });
        let saying: Vec<_> = saying.collect();
        let answers = saying.into_iter().map(|one| one.join().unwrap());
        answers.collect::<Vec<Answer>>()
    });
    let [kept, told] = [200, 412].map(|status| {
        let mut found = answers.iter().filter(|answer| answer.status == status);
        found
            .next()
            .unwrap_or_else(|| panic!("nobody got {status}"))
    });
    assert_eq!(told.problem(412), "note_newer");
    let newer = &told.json()["newer"];
    assert_eq!(newer["version"], kept.json()["version"]);
    // Whoever came second brings both together, and says it again over the newer version.
    let mut merged = newer["note"]["told"].clone();
    for (_, member, value) in both {
        merged[member] = json!(value);
    }
    let over = newer["version"].as_u64().unwrap();
    let (name, _) = vehicle("浙F12345", "driver", "");
    let last = notes.kept("shop", &(name, merged.clone()), over);
    assert!(last > over);
    let list = notes.list("shop-admin", over);
    assert_eq!(list["notes"][0]["note"]["told"], merged);
    assert_eq!(
        (&list["until"], &list["has_more"]),
        (&json!(last), &json!(false))
    );
    assert_eq!(notes.list("shop-admin", last)["notes"], json!([]));
}

fn nobody_else_is_shown_a_note_and_every_look_is_in_the_journal(place: Place) {
    let court = Court::new(place);
    let notes = Notes::of(&court);
    let note = vehicle("浙F12345", "driver", "SECRET-NOTE");
    let version = notes.kept("shop", &note, 0);
    let looks = || {
        let journal = court.get_as("shop-admin", "/v1/access-journal").json();
        let accesses = journal["accesses"].as_array().unwrap().clone();
        let of_notes = accesses.into_iter().filter(|access| {
            let purpose = access["purpose"].as_str().unwrap_or_default();
            purpose.contains("site notes: vehicle") && access["class"] == "personal"
        });
        of_notes.count()
    };
    assert_eq!(looks(), 0, "whoever writes looks at nothing");
    for (who, status, code) in [
        ("farm-admin", 403, "not_allowed"),
        ("carrier", 403, "not_allowed"),
        ("officer", 403, "not_allowed"),
        ("province", 403, "not_allowed"),
        ("registrar", 403, "not_allowed"),
        ("operator", 403, "not_allowed"),
        ("logger", 403, "not_allowed"),
    ] {
        let seen = court.get_as(who, &notes.path("?since=0"));
        assert_eq!(seen.problem(status), code, "{who}");
        let said = notes.put(who, &note, version);
        assert_eq!(said.problem(status), code, "{who}");
        assert!(!said.text().contains("SECRET-NOTE"));
        let gone = notes.delete(who, &note.0, version);
        assert_eq!(gone.problem(status), code, "{who}");
    }
    let public = court.ask(None, "GET", &notes.path("?since=0"), "");
    assert_eq!(public.problem(401), "sign_in_required");
    let elsewhere = notes.path("").replace(&notes.site, "JY13101180000015");
    let nowhere = court.get_as("shop", &elsewhere);
    assert_eq!(nowhere.problem(404), "not_found");
    assert_eq!(looks(), 0, "nothing was shown");
    assert!(notes.list("shop", 0).to_string().contains("SECRET-NOTE"));
    assert_eq!(looks(), 1);
    notes.list("shop", version);
    assert_eq!(looks(), 1, "where nothing changed, nothing is shown");
    let refused = notes.put("shop-admin", &note, 0);
    assert!(refused.text().contains("SECRET-NOTE"));
    assert_eq!(
        looks(),
        2,
        "what is shown to whoever comes second is a look, too"
    );
}

fn a_driver_reads_vehicles_and_has_its_own_tracks(place: Place) {
    let court = Court::new(place);
    let notes = Notes::of(&court);
    let lorry = vehicle("浙F12345", "driver", "甲");
    let version = notes.kept("shop", &lorry, 0);
    let days = (
        name(NoteKind::SelfCheck, ""),
        json!({"kind": "self_check", "days": 7}),
    );
    notes.kept("shop", &days, 0);
    let own = notes.kept("shop-driver", &track(), 0);
    let mut other = track();
    other.1["hash"] = json!("A".repeat(43));
    other.0 = name(NoteKind::Track, &"A".repeat(43));
    let others = notes.kept("shop", &other, 0);
    assert_eq!(notes.names("shop-driver"), [lorry.0.clone(), track().0]);
    assert_eq!(notes.names("shop-admin").len(), 4);
    for (note, over) in [(&lorry, version), (&days, 0), (&other, others)] {
        let refused = notes.put("shop-driver", note, over);
        assert_eq!(refused.problem(403), "not_allowed", "{note:?}");
        let refused = notes.delete("shop-driver", &note.0, over);
        assert_eq!(refused.problem(403), "not_allowed", "{note:?}");
    }
    assert_eq!(notes.delete("shop-driver", &track().0, own).status, 200);
}

fn a_note_that_is_deleted_is_gone_and_others_hear_of_it(place: Place) {
    let court = Court::new(place);
    let notes = Notes::of(&court);
    let note = vehicle("浙F12345", "driver", "SECRET-NOTE");
    let first = notes.kept("shop", &note, 0);
    let second = notes.kept("shop-admin", &note, first);
    let stale = notes.delete("shop", &note.0, first);
    assert_eq!(stale.problem(412), "note_newer");
    let gone = notes.delete("shop", &note.0, second);
    assert_eq!(gone.status, 200, "{}", gone.text());
    let list = notes.list("shop-admin", second);
    assert_eq!(list["notes"][0]["name"], json!(note.0));
    assert_eq!(list["notes"][0]["note"], Value::Null);
    assert!(
        !notes
            .list("shop-admin", 0)
            .to_string()
            .contains("SECRET-NOTE")
    );
    let unknown = notes.delete("shop", &name(NoteKind::Vehicle, "浙F99999"), 0);
    assert_eq!(unknown.problem(404), "unknown_note");
    // It comes back for whoever knows that it was deleted.
    let stale = notes.put("shop", &note, second);
    assert_eq!(stale.json()["newer"]["note"], Value::Null);
    let third = gone.json()["version"].as_u64().unwrap();
    assert!(notes.kept("shop", &note, third) > third);
}

fn a_site_has_no_more_notes_than_it_may(place: Place) {
    let court = Court::new(place);
    let notes = Notes::of(&court);
    let product = |at: i64| {
        let called = format!("五花肉{at}");
        let told = json!({"kind": "template", "class": "pork_cut", "name": called, "uom": "KGM"});
        (
            name(NoteKind::Template, &format!("pork_cut\n{called}\n")),
            told,
        )
    };
    let token = court.token("shop");
    let put = |at: i64| {
        let (name, told) = product(at);
        let body = json!({"at": AT, "told": told}).to_string();
        let path = notes.path(&format!("/{name}?over=0"));
        court.ask(Some(&token), "PUT", &path, &body)
    };
    let most = NoteKind::Template.count_max();
    for at in 0..most {
        assert_eq!(put(at).status, 200);
    }
    assert_eq!(put(most).problem(429), "notes_full");
    let first = notes.list("shop", 0)["notes"][0].clone();
    let version = first["version"].as_u64().unwrap();
    assert_eq!(
        notes
            .delete("shop", first["name"].as_str().unwrap(), version)
            .status,
        200
    );
    assert_eq!(
        put(most).problem(429),
        "notes_full",
        "the last change stays known"
    );
    notes.kept("shop", &vehicle("浙F12345", "driver", "甲"), 0);
    assert_eq!(put(most).status, 200, "what was deleted makes room");

    let huge = (
        track().0,
        json!({"kind": "track", "text": "x".repeat(1100 * 1024)}),
    );
    assert_eq!(notes.put("shop", &huge, 0).problem(413), "body_too_large");
    let mut large = vehicle("浙F12346", "driver", "甲");
    large.1["phone"] = json!("1".repeat(20_000));
    assert_eq!(notes.put("shop", &large, 0).problem(400), "note_form");
    let (_, told) = vehicle("浙F12346", "driver", "甲");
    let wrong = (name(NoteKind::Vehicle, "浙F12347"), told);
    assert_eq!(notes.put("shop", &wrong, 0).problem(400), "note_name");
}

fn notes_outlast_a_rebuild(place: Place) {
    let mut court = Court::new(place);
    let note = vehicle("浙F12345", "driver", "甲");
    Notes::of(&court).kept("shop", &note, 0);
    court.host.stop();
    court.host.town.check();
    let options = court.host.town.place.options();
    rebuild(&options, &|_| {}).unwrap();
    court.host.town.check();
    let node = Node::open(options, crate::host::config()).unwrap();
    let (address, stop, thread) = crate::host::run(node);
    court.host.replace(address, stop, thread);
    let list = Notes::of(&court).list("shop-admin", 0);
    assert_eq!(list["notes"][0]["note"]["told"], note.1);
}

#[test]
fn a_backup_takes_notes_along() {
    let mut court = Court::new(Place::sqlite());
    let note = vehicle("浙F12345", "driver", "甲");
    Notes::of(&court).kept("shop", &note, 0);
    court.host.stop();
    let options = court.host.town.place.options();
    let database = std::path::PathBuf::from(&court.host.town.place.url);
    let copy = database.with_extension("db");
    backup(&options, &copy, false).unwrap();
    std::fs::remove_file(&database).unwrap();
    let wanted = Restore {
        from: copy,
        published: None,
        ca: None,
        replace: false,
    };
    restore(&options, &wanted, &|_| {}).unwrap();
    let node = Node::open(options, crate::host::config()).unwrap();
    let (address, stop, thread) = crate::host::run(node);
    court.host.replace(address, stop, thread);
    let list = Notes::of(&court).list("shop-admin", 0);
    assert_eq!(list["notes"][0]["note"]["told"], note.1);
}
