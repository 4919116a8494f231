//! Every operation of the document, asked by every role. An operation of which it is not said here
//! what each role sees fails the walk.

use crate::court::{Court, given_away, holder};
use crate::place::{Place, on_both_databases};
use serde_json::{Value, json};
use shisu::core::access::Role;
use std::collections::{BTreeMap, BTreeSet};

on_both_databases! {
    every_operation_shows_every_role_what_the_table_says
}

use Role::{
    Carrier, CountyOfficer, Laboratory, Operator, Party, PeerNode, ProvincialOfficer, Public,
    Registrar,
};

/// What is expected of one operation.
struct Expected {
    path: String,
    body: String,
    /// Roles that are answered, with this status; others hear that they may not.
    status: u16,
    answered: &'static [Role],
    /// Which secrets are given away, to whom.
    shows: &'static [(&'static str, &'static [Role])],
}

const EVERYBODY: &[Role] = Role::ALL;
const SIGNED_IN: &[Role] = &[
    Party,
    Carrier,
    Laboratory,
    CountyOfficer,
    ProvincialOfficer,
    Registrar,
    PeerNode,
    Operator,
];
/// Who signs in for a party.
const PARTIES: &[Role] = &[
    Party,
    Carrier,
    Laboratory,
    CountyOfficer,
    ProvincialOfficer,
    Registrar,
];
/// Who sees the quantities of the shipment.
const SIDES: &[Role] = &[Party, Carrier, CountyOfficer, ProvincialOfficer, PeerNode];
/// Who sees all quantities of the lot: no side of a shipment does.
const BALANCING: &[Role] = &[CountyOfficer, ProvincialOfficer, PeerNode];
const TRADING: &[Role] = &[Party, Carrier, CountyOfficer, ProvincialOfficer];
const OFFICERS: &[Role] = &[CountyOfficer, ProvincialOfficer];

const TRACED: &[(&str, &[Role])] = &[("balance", SIDES), ("farm's balance", BALANCING)];

fn open(path: String, shows: &'static [(&'static str, &'static [Role])]) -> Expected {
    Expected {
        path,
        body: String::new(),
        status: 200,
        answered: EVERYBODY,
        shows,
    }
}

fn of_label() -> Vec<Expected> {
    let label = |query: &str| open(format!("/v1/lots/t/LOT-1/label?{query}"), &[]);
    vec![
        label("size=carton&format=png"),
        label("format=svg"),
        Expected {
            // The paper of the court does not say its form.
            status: 422,
            ..label("what=certificate")
        },
    ]
}

/// What is expected of an operation; several where it can be asked in several ways.
fn expected(court: &Court, operation: &str) -> Vec<Expected> {
    let (sent, paper) = (court.sent.record.id, court.paper.record.id);
    let site = &court.host.town.world.sites["shop"];
    let party = &court.host.town.world.parties["shop"];
    let nothing = &[][..];
    match operation {
        "POST /v1/records" => vec![Expected {
            // Records speak for themselves; this is none.
            status: 415,
            ..open("/v1/records".into(), nothing)
        }],
        "GET /v1/lots" => vec![open("/v1/lots?code=t/LOT-1".into(), nothing)],
        "GET /v1/lots/{code}" => vec![open("/v1/lots/t/LOT-1".into(), nothing)],
        "GET /v1/lots/{code}/verdict" => vec![open("/v1/lots/t/LOT-1/verdict".into(), nothing)],
        "GET /v1/lots/{code}/label" => of_label(),
        "GET /v1/lots/{code}/trace" => {
            vec![open("/v1/lots/t/LOT-1/trace?direction=both".into(), TRACED)]
        }
        "GET /v1/lots/{code}/bundle" => {
            let path = format!("/v1/lots/t/LOT-1/bundle?at={site}");
            vec![open(path, TRACED)]
        }
        "GET /v1/records/{id}" => of_record(&sent.to_string()),
        "GET /v1/records/{id}/receipt" => {
            vec![open(format!("/v1/records/{sent}/receipt"), nothing)]
        }
        "GET /v1/parties/{id}" => vec![open(format!("/v1/parties/{party}"), nothing)],
        "GET /v1/sites/{id}" => vec![open(format!("/v1/sites/{site}"), nothing)],
        "POST /v1/codes/decode" => vec![Expected {
            // JSON is no photo, but only whoever is signed in hears so.
            status: 415,
            answered: SIGNED_IN,
            ..open("/v1/codes/decode".into(), nothing)
        }],
        "POST /v1/registry/look-up" => vec![Expected {
            body: format!(r#"{{"parties":["{party}"],"sites":["{site}"]}}"#),
            ..open("/v1/registry/look-up".into(), nothing)
        }],
        "GET /v1/holdings" => vec![Expected {
            answered: LISTED,
            ..open(format!("/v1/holdings?site={site}"), &[("balance", LISTED)])
        }],
        "GET /v1/shipments/{id}" => {
            vec![open(format!("/v1/shipments/{sent}"), &[("balance", SIDES)])]
        }
        "GET /v1/certificates" => vec![open("/v1/certificates?number=HGZ-0001".into(), nothing)],
        "GET /v1/certificates/{id}" => vec![open(format!("/v1/certificates/{paper}"), nothing)],
        "GET /01/{rest}" => vec![open("/01/09520002000033/10/NONE".into(), nothing)],
        "GET /t/{code}" => vec![open("/t/LOT-1".into(), nothing)],
        "GET /problems/{kind}" => vec![open("/problems/unknown_lot".into(), nothing)],
        "GET /v1/log" | "GET /healthz" | "GET /readyz" | "GET /openapi.json" | "GET /problems" => {
            vec![open(operation.replace("GET ", ""), nothing)]
        }
        "GET /log/checkpoint" => vec![open("/log/checkpoint".into(), nothing)],
        "GET /log/tile/{rest}" => vec![
            open("/log/tile/0/000.p/1".into(), nothing),
            Expected {
                answered: &[CountyOfficer, ProvincialOfficer, PeerNode, Operator],
                ..open("/log/tile/entries/000.p/1".into(), nothing)
            },
        ],
        "GET /metrics" => vec![Expected {
            answered: &[Operator],
            ..open("/metrics".into(), nothing)
        }],
        _ => of_list(court, operation)
            .or_else(|| of_joining(court, operation))
            .or_else(|| of_file(&sent.to_string(), operation))
            .unwrap_or_else(|| of_session(operation)),
    }
}

/// Pictures and documents are kept for parties, and given out with their record.
fn of_file(sent: &str, operation: &str) -> Option<Vec<Expected>> {
    let hash = "A".repeat(43);
    Some(vec![match operation {
        "GET /v1/records/{id}/files/{hash}" => Expected {
            // The shipment's record names none.
            status: 404,
            ..open(format!("/v1/records/{sent}/files/{hash}"), &[])
        },
        "PUT /v1/files/{hash}" => Expected {
            // JSON is no picture, but only a party hears so.
            status: 415,
            body: "{}".into(),
            answered: PARTIES,
            ..open(format!("/v1/files/{hash}"), &[])
        },
        _ => return None,
    }])
}

/// Notes of the shop are for the shop.
fn of_note(court: &Court, operation: &str) -> Option<Vec<Expected>> {
    let site = &court.host.town.world.sites["shop"];
    let (notes, name) = (format!("/v1/sites/{site}/notes"), "A".repeat(43));
    let theirs = |path: String, status: u16| Expected {
        status,
        answered: &[Party],
        ..open(path, &[])
    };
    Some(vec![match operation {
        "GET /v1/sites/{id}/notes" => theirs(format!("{notes}?since=0"), 200),
        "PUT /v1/sites/{id}/notes/{name}" => Expected {
            // What is no note is refused before anybody looks whose it is.
            status: 400,
            body: "{}".into(),
            answered: SIGNED_IN,
            ..open(format!("{notes}/{name}?over=0"), &[])
        },
        "DELETE /v1/sites/{id}/notes/{name}" => theirs(format!("{notes}/{name}?over=0"), 404),
        _ => return None,
    }])
}

const LISTED: &[Role] = &[Party, CountyOfficer, ProvincialOfficer];
const NOVEMBER: &str = "from=2026-11-01&to=2026-11-30";

/// Lists are for whoever has a role over the shop.
fn of_list(court: &Court, operation: &str) -> Option<Vec<Expected>> {
    let site = &court.host.town.world.sites["shop"];
    let party = &court.host.town.world.parties["shop"];
    let listed = |path: String| Expected {
        answered: LISTED,
        ..open(path, &[])
    };
    let asked = |body: Value| {
        let body = body.to_string();
        let there = listed(operation.replace("POST ", ""));
        vec![Expected { body, ..there }]
    };
    Some(match operation {
        "GET /v1/sites/{id}/desk" | "GET /v1/sites/{id}/desk/held" => vec![Expected {
            shows: &[("balance", LISTED)],
            ..listed(operation.replace("GET ", "").replace("{id}", site))
        }],
        "GET /v1/sites/{id}/daybook" => vec![Expected {
            shows: &[("balance", LISTED)],
            ..listed(format!("/v1/sites/{site}/daybook?{NOVEMBER}"))
        }],
        "GET /v1/shipments" => ["incoming", "outgoing"]
            .map(|way| listed(format!("/v1/shipments?site={site}&direction={way}")))
            .into(),
        "GET /v1/keys/{kid}/owner" => {
            let kid = court.kid("shop-admin");
            vec![open(format!("/v1/keys/{kid}/owner"), &[])]
        }
        "POST /v1/dispatch-check" => asked(json!({"from": site, "to": site, "lots": ["t/LOT-1"]})),
        "POST /v1/entry-check" => asked(json!({"dispatch": court.sent.record.id})),
        "POST /v1/imports/recorded" => asked(json!({"site": site, "keys": []})),
        "POST /v1/imports/{file}/preview" => vec![Expected {
            // This JSON holds no table, but only whoever is signed in hears so.
            status: 400,
            answered: SIGNED_IN,
            body: "{}".into(),
            ..open(format!("/v1/imports/lots/preview?site={site}"), &[])
        }],
        "GET /v1/imports/{file}/template.csv" => {
            ["lots", "enter", "shipments", "sales", "readings"]
                .map(|file| open(format!("/v1/imports/{file}/template.csv"), &[]))
                .into()
        }
        "GET /v1/parties/{id}/sites" => vec![listed(format!("/v1/parties/{party}/sites"))],
        _ => return of_note(court, operation),
    })
}

/// Who manages keys: whoever signs with an administrator's. The registrar does for everybody.
const MANAGING: &[Role] = &[Party, Registrar];

fn of_joining(court: &Court, operation: &str) -> Option<Vec<Expected>> {
    let party = &court.host.town.world.parties["shop"];
    let (id, code) = ("0".repeat(20), r#""code":"0000-0000-0000-0000""#);
    let nobody = format!("/v1/invitations/{id}");
    let jwk = r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let managed = |status: u16, path: String, body: String| Expected {
        body,
        status,
        answered: MANAGING,
        ..open(path, &[])
    };
    let nothing = String::new;
    Some(vec![match operation {
        "POST /v1/invitations" => {
            let asked = format!(r#"{{"party":"{party}","role":"clerk"}}"#);
            managed(201, "/v1/invitations".into(), asked)
        }
        "GET /v1/invitations/pending" => managed(200, operation.replace("GET ", ""), nothing()),
        "DELETE /v1/invitations/{id}" => managed(404, nobody, nothing()),
        "POST /v1/invitations/{id}/look" => Expected {
            status: 404,
            body: format!("{{{code}}}"),
            ..open(format!("{nobody}/look"), &[])
        },
        "POST /v1/invitations/{id}/accept" => Expected {
            status: 404,
            body: format!(r#"{{{code},"jwk":{jwk},"proof":"{}"}}"#, "A".repeat(86)),
            ..open(format!("{nobody}/accept"), &[])
        },
        "GET /v1/devices" => managed(200, format!("/v1/devices?party={party}"), nothing()),
        "GET /v1/keys/{kid}" => Expected {
            answered: &[Party],
            ..open(format!("/v1/keys/{}", court.kid("shop-admin")), &[])
        },
        "POST /v1/enrolment/preview" => Expected {
            // JSON is no register, but only the registrar hears so.
            answered: &[Registrar],
            ..managed(415, "/v1/enrolment/preview".into(), "{}".into())
        },
        _ => return None,
    }])
}

/// The ways to ask for a record of a shipment.
fn of_record(id: &str) -> Vec<Expected> {
    let path = |wish: &str| format!("/v1/records/{id}{wish}");
    vec![
        open(path(""), &[("balance", SIDES)]),
        Expected {
            answered: SIDES,
            ..open(path("?open=balance"), &[("balance", SIDES)])
        },
        Expected {
            answered: TRADING,
            ..open(
                path("?open=trade&purpose=check"),
                &[("balance", TRADING), ("trade", TRADING)],
            )
        },
        Expected {
            answered: OFFICERS,
            ..open(
                path("?open=personal&purpose=check"),
                &[("balance", OFFICERS), ("personal", OFFICERS)],
            )
        },
    ]
}

fn of_session(operation: &str) -> Vec<Expected> {
    let path = "/v1/session".to_owned();
    match operation {
        "POST /v1/session/challenge" => vec![Expected {
            body: format!(r#"{{"kid":"{}"}}"#, "A".repeat(43)),
            ..open("/v1/session/challenge".into(), &[])
        }],
        "POST /v1/session" => vec![Expected {
            status: 401,
            body: format!(r#"{{"challenge":"","signature":"{}"}}"#, "A".repeat(86)),
            ..open(path, &[])
        }],
        "GET /v1/session" => vec![Expected {
            answered: SIGNED_IN,
            ..open(path, &[])
        }],
        "DELETE /v1/session" => vec![Expected {
            status: 204,
            answered: SIGNED_IN,
            ..open(path, &[])
        }],
        "GET /v1/access-journal" => vec![Expected {
            answered: &[
                Party,
                Carrier,
                Laboratory,
                CountyOfficer,
                ProvincialOfficer,
                Registrar,
                Operator,
            ],
            ..open("/v1/access-journal".into(), &[])
        }],
        other => panic!("{other}: say here what each role sees of it"),
    }
}

fn every_operation_shows_every_role_what_the_table_says(place: Place) {
    let court = Court::new(place);
    let document = court.ask(None, "GET", "/openapi.json", "").json();
    let tokens: BTreeMap<Role, String> = Role::ALL
        .iter()
        .filter_map(|role| Some((*role, court.token(holder(*role)?))))
        .collect();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let operation = format!("{} {path}", method.to_uppercase());
            for expected in expected(&court, &operation) {
                for role in Role::ALL {
                    let fresh = holder(*role).filter(|_| method == "delete");
                    let fresh = fresh.map(|name| court.token(name));
                    let token = fresh.as_ref().or(tokens.get(role));
                    visit(&court, &operation, &expected, *role, token);
                }
            }
        }
    }
}

fn visit(court: &Court, operation: &str, expected: &Expected, role: Role, token: Option<&String>) {
    let method = operation.split(' ').next().unwrap();
    let token = token.map(String::as_str);
    let answer = court.ask(token, method, &expected.path, &expected.body);
    let said = String::from_utf8_lossy(&answer.body);
    let what = format!("{operation} ({}) as {role:?}: {said}", expected.path);
    let denied = match role {
        // The operator's figures have no public half, so signing in is not what is asked for.
        Public if operation != "GET /metrics" => 401,
        _ => 403,
    };
    let status = match expected.answered.contains(&role) {
        true => expected.status,
        false => denied,
    };
    assert_eq!(answer.status, status, "{what}");
    let shown = expected.shows.iter().filter(|(_, to)| to.contains(&role));
    let shown: BTreeSet<&str> = shown.map(|(secret, _)| *secret).collect();
    assert_eq!(given_away(&answer), shown, "{what}");
}
