//! The OpenAPI document: what it says is locked, its examples work, and what is answered is what
//! it says.

use crate::client::{Answer, Client};
use crate::host::{config, run};
use serde_json::{Map, Value};
use shisu::app::config::Config;
use shisu::app::home::Home;
use shisu::app::ledger::Options;
use shisu::app::node::Node;
use shisu::server::Stop;
use std::net::SocketAddr;
use std::thread::JoinHandle;

/// A server over the demo.
pub struct Demo {
    /// Where it listens.
    pub address: SocketAddr,
    running: Option<(Stop, JoinHandle<()>)>,
    _dir: tempfile::TempDir,
}

impl Demo {
    /// A server that is told `config`.
    pub fn new(config: Config) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("demo");
        shisu::app::demo::load(&home, &|_, _| {}).unwrap();
        let node = Node::open(Options::of(Home::at(&home)), config).unwrap();
        let (address, stop, thread) = run(node);
        Self {
            address,
            running: Some((stop, thread)),
            _dir: dir,
        }
    }

    fn document(&self) -> Value {
        let answer = Client::to(self.address).get("/openapi.json");
        assert_eq!(answer.status, 200);
        answer.json()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            stop.begin();
            drop(thread.join());
        }
    }
}

/// What the examples of an operation answer where it is not 200.
const OTHERWISE: [(&str, u16); 25] = [
    // Only who may list what a site has is told what a file would record there.
    ("/v1/imports/{file}/preview", 401),
    ("/v1/imports/recorded", 401),
    // Photos are read for whoever is signed in.
    ("/v1/codes/decode", 401),
    // Only who may list what premises have is told about their goods.
    ("/v1/dispatch-check", 401),
    ("/v1/entry-check", 401),
    // An example is no file that anybody sent.
    ("/v1/files/{hash}", 401),
    ("/v1/records/{id}/files/{hash}", 404),
    // Nothing is listed for the public.
    ("/v1/holdings", 401),
    ("/v1/shipments", 401),
    ("/v1/parties/{id}/sites", 401),
    ("/v1/sites/{id}/desk", 401),
    ("/v1/sites/{id}/desk/held", 401),
    ("/v1/sites/{id}/daybook", 401),
    // Notes are for the devices of the site.
    ("/v1/sites/{id}/notes", 401),
    ("/v1/sites/{id}/notes/{name}", 401),
    // An example is nobody: whoever has a key signs a challenge of their own.
    ("/v1/session", 401),
    ("/v1/access-journal", 401),
    // Only whoever manages keys invites, and nobody was invited with the code of an example.
    ("/v1/invitations", 401),
    ("/v1/invitations/pending", 401),
    ("/v1/invitations/{id}", 401),
    ("/v1/invitations/{id}/look", 404),
    ("/v1/invitations/{id}/accept", 404),
    ("/v1/devices", 401),
    ("/v1/keys/{kid}", 401),
    ("/v1/enrolment/preview", 401),
];

#[test]
fn the_document_is_what_it_was() {
    let document = shisu::api::openapi::document();
    let text = document.to_pretty_json().unwrap();
    assert!(text.starts_with("{\n  \"openapi\": \"3.1.0\""));
    insta::assert_snapshot!("openapi", text);
}

#[test]
fn every_example_works_and_is_answered_as_the_document_says() {
    let demo = Demo::new(config());
    let document = demo.document();
    let mut walked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for request in requests(path, method, operation) {
                let answer = request.ask(demo.address);
                check(&document, path, operation, &request, &answer);
                walked += 1;
            }
        }
    }
    assert!(walked > 30, "{walked} requests");
}

#[test]
fn every_operation_says_what_it_is_in_both_languages() {
    let document = serde_json::to_value(shisu::api::openapi::document()).unwrap();
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let summary = operation["summary"].as_str().unwrap_or_default();
            let description = operation["description"].as_str().unwrap_or_default();
            assert!(!summary.is_empty(), "{path}");
            assert!(is_chinese(description), "{path}: {description}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let said = parameter["description"].as_str().unwrap_or_default();
                assert!(is_chinese(said), "{path} {}: {said}", parameter["name"]);
            }
        }
    }
}

#[test]
fn the_page_to_try_it_on_needs_no_network() {
    let demo = Demo::new(config());
    let mut client = Client::to(demo.address);
    let answer = client.get("/docs");
    assert_eq!(
        (answer.status, answer.header("location")),
        (308, Some("/docs/"))
    );
    let page = client.get("/docs/");
    assert_eq!(page.status, 200);
    let named: Vec<&str> = page
        .text()
        .split(['"', '\''])
        .filter(|part| part.ends_with(".js") || part.ends_with(".css"))
        .collect();
    assert!(named.len() >= 3, "{named:?}");
    for name in named {
        assert!(!name.contains("//"), "{name} is somewhere else");
        let path = format!("/docs/{}", name.trim_start_matches("./"));
        assert_eq!(client.get(&path).status, 200, "{path}");
    }
    let script = client.get("/docs/swagger-initializer.js");
    assert!(script.text().contains("/openapi.json"));
    assert!(
        script.text().contains("\"validatorUrl\": \"none\""),
        "{}",
        script.text()
    );
}

#[test]
fn answers_are_compressed_for_whoever_understands_that() {
    let demo = Demo::new(config());
    for encoding in ["gzip", "br", "zstd"] {
        let accept = [("Accept-Encoding", encoding)];
        let mut client = Client::to(demo.address);
        let answer = client.ask("GET", "/openapi.json", &accept, b"");
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        let plain = client.get("/openapi.json");
        assert_eq!(plain.header("content-encoding"), None);
        assert!(answer.body.len() * 3 < plain.body.len(), "{encoding}");
    }
}

/// A request that an example makes.
#[derive(Debug)]
struct Request {
    method: String,
    path: String,
    body: Option<(String, String)>,
}

impl Request {
    fn ask(&self, address: SocketAddr) -> Answer {
        let (kind, body) = self.body.clone().unwrap_or_default();
        let headers = [("Content-Type", kind.as_str())];
        let headers = if kind.is_empty() {
            &headers[..0]
        } else {
            &headers
        };
        let method = self.method.to_uppercase();
        Client::to(address).ask(&method, &self.path, headers, body.as_bytes())
    }
}

/// The requests of an operation: with each body, and with the slashes of a code encoded or not.
fn requests(path: &str, method: &str, operation: &Value) -> Vec<Request> {
    let mut bodies = vec![None];
    if let Some(content) = operation["requestBody"]["content"].as_object() {
        let example = |one: &Value| match &one["example"] {
            Value::Null => panic!("{path}: no example"),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let kinds = content.iter();
        bodies = kinds
            .map(|(kind, one)| Some((kind.clone(), example(one))))
            .collect();
    }
    let mut requests = Vec::new();
    for body in bodies {
        for encoded in [false, true] {
            requests.push(Request {
                method: method.to_owned(),
                path: filled(path, operation, encoded),
                body: body.clone(),
            });
        }
    }
    requests
}

/// The path with the examples of its parameters.
fn filled(path: &str, operation: &Value, encode_slashes: bool) -> String {
    let mut filled = path.to_owned();
    let mut query = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        let example = match &parameter["example"] {
            Value::Null => &parameter["schema"]["example"],
            example => example,
        };
        let example = match example {
            Value::Null => {
                assert_eq!(
                    parameter["required"], false,
                    "{path}: {name} needs an example"
                );
                continue;
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let example = if encode_slashes {
            example.replace('/', "%2F")
        } else {
            example
        };
        // A lot at a site where it never was is another question than the example's.
        match (parameter["in"].as_str().unwrap(), name) {
            ("path", _) => filled = filled.replace(&format!("{{{name}}}"), &example),
            ("query", "at") => {}
            ("query", _) => query.push(format!("{name}={}", encoded(&example))),
            other => panic!("{other:?}"),
        }
    }
    assert!(!filled.contains('{'), "{filled}");
    match query.is_empty() {
        true => filled,
        false => format!("{filled}?{}", query.join("&")),
    }
}

fn encoded(text: &str) -> String {
    let bytes = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' | b'%' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    });
    bytes.collect()
}

/// An answer must be one that the document describes, to the last member.
fn check(document: &Value, path: &str, operation: &Value, request: &Request, answer: &Answer) {
    let expected = OTHERWISE.iter().find(|(one, _)| *one == path);
    let expected = expected.map_or(200, |(_, status)| *status);
    assert_eq!(answer.status, expected, "{request:?}: {}", answer.text());
    let described = &operation["responses"][answer.status.to_string()]["content"];
    let kind = answer.header("content-type").unwrap();
    let kind = kind.split(';').next().unwrap();
    let described = &described[kind];
    assert!(!described.is_null(), "{path}: {kind} is not described");
    let schema = &described["schema"];
    match kind {
        "application/x-ndjson" => {
            for line in answer.lines() {
                fits(document, schema, &line, path);
            }
        }
        kind if kind.ends_with("json") => fits(document, schema, &answer.json(), path),
        _ => assert_eq!(schema["type"], "string", "{path}"),
    }
}

/// Checks a value against a schema, as far as the document uses JSON Schema; a member that is not
/// described is wrong, too.
#[track_caller]
fn fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(why) = misfit(document, schema, value, place) {
        panic!("{why}");
    }
}

fn misfit(document: &Value, schema: &Value, value: &Value, place: &str) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.strip_prefix('#').unwrap();
        return misfit(document, document.pointer(pointer).unwrap(), value, place);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return misfit(document, &together(document, parts), value, place);
    }
    if let Some(either) = schema["oneOf"].as_array() {
        let misfits: Vec<String> = either
            .iter()
            .map_while(|one| misfit(document, one, value, place))
            .collect();
        return (misfits.len() == either.len()).then(|| misfits.join("; "));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_kind = match &schema["type"] {
        Value::String(one) => one == kind,
        Value::Array(some) => some.iter().any(|one| one == kind),
        _ => true,
    };
    if !is_kind {
        return Some(format!("{place}: {value} is not {}", schema["type"]));
    }
    match value {
        Value::Array(elements) => elements
            .iter()
            .find_map(|one| misfit(document, &schema["items"], one, &format!("{place}[]"))),
        Value::Object(members) => misfit_object(document, schema, members, place),
        _ => None,
    }
}

/// One schema of an object whose members are described in parts.
fn together(document: &Value, parts: &[Value]) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for part in parts {
        let name = part["$ref"]
            .as_str()
            .and_then(|name| name.strip_prefix('#'));
        let part = name.map_or(part, |pointer| document.pointer(pointer).unwrap());
        properties.extend(part["properties"].as_object().unwrap().clone());
        required.extend(part["required"].as_array().into_iter().flatten().cloned());
    }
    serde_json::json!({"type": "object", "properties": properties, "required": required})
}

fn misfit_object(
    document: &Value,
    schema: &Value,
    members: &Map<String, Value>,
    place: &str,
) -> Option<String> {
    let described = schema["properties"].as_object()?;
    let required = schema["required"].as_array().into_iter().flatten();
    let absent = required
        .filter_map(Value::as_str)
        .find(|name| !members.contains_key(*name));
    if let Some(name) = absent {
        return Some(format!("{place}.{name} is not there"));
    }
    members
        .iter()
        .find_map(|(name, value)| match described.get(name) {
            Some(schema) => misfit(document, schema, value, &format!("{place}.{name}")),
            None => Some(format!("{place}.{name} is not described")),
        })
}
