//! Nodes that are asked as a server asks them, with each answer compared with a new one.

use serde_json::{Value, json};
use shisu::app::AppError;
use shisu::app::config::Config;
use shisu::app::ledger::Options;
use shisu::app::memory::Formed;
use shisu::app::node::Node;
use shisu::app::read::judged::{Form, afresh, remembered_blocking};
use shisu::app::sight::Audience;
use shisu::app::trace::{Answer, Question};
use shisu::core::access::{Role, Viewer};
use shisu::core::ids::{LotCode, SiteId};
use shisu::core::record::Kid;
use shisu::core::trace::Direction;
use std::sync::Arc;

/// Everything there is to an answer, as it is sent.
pub fn written() -> Form<AppError> {
    Form {
        name: "whole",
        write: |answer: Answer| {
            let json = |judged_at: Value| {
                let mut verdict = serde_json::to_value(&answer.verdict).unwrap();
                verdict["judged_at"] = judged_at;
                let whole = json!({
                    "verdict": verdict, "trace": answer.trace, "tree": answer.tree,
                    "onward": answer.onward, "open": answer.shows_quantities,
                });
                serde_json::to_vec(&whole).unwrap()
            };
            let meaning = format!("{:016x}", hash(&json(Value::Null)));
            Ok(Formed {
                body: json(json!(answer.verdict.judged_at)),
                meaning: meaning.as_bytes().try_into().unwrap(),
            })
        },
    }
}

fn hash(bytes: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hasher as _};
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// Nodes that are asked, and how often they answered from memory.
pub struct Asked {
    pub nodes: Vec<Node>,
    pub remembered: usize,
    pub made: usize,
}

impl Asked {
    pub fn of(options: impl IntoIterator<Item = Options>) -> Self {
        let open = |options| Node::open(options, Config::default()).unwrap();
        Self {
            nodes: options.into_iter().map(open).collect(),
            remembered: 0,
            made: 0,
        }
    }

    /// Asks one of them as a server does, and compares with what anew would be said.
    pub fn ask(&mut self, node: usize, question: &Question, audience: &Audience) -> Arc<Formed> {
        let node = &self.nodes[node];
        let found = remembered_blocking(node, question, audience, written().name);
        let given = match found.unwrap() {
            Some(given) => {
                self.remembered += 1;
                given
            }
            None => {
                self.made += 1;
                afresh(node, question, audience, written()).unwrap()
            }
        };
        let anew = node.tracer().ask_as(question, audience).unwrap();
        let anew = (written().write)(anew).unwrap();
        assert_eq!(
            timeless(&given.body),
            timeless(&anew.body),
            "{question:?} {audience:?}"
        );
        assert_eq!(given.meaning, anew.meaning);
        given
    }
}

fn timeless(body: &[u8]) -> Value {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    body["verdict"]["judged_at"] = Value::Null;
    body
}

/// Somebody who is shown every quantity.
pub fn officer() -> Audience {
    let officer = Audience::Viewer(Arc::new(Viewer {
        kid: Kid::from_bytes([1; 32]),
        party: None,
        sites: Vec::new(),
        division: None,
        roles: vec![Role::Public, Role::ProvincialOfficer],
    }));
    assert!(officer.sees_all_quantities());
    officer
}

pub fn question(lot: &str, at: Option<SiteId>, direction: Direction) -> Question {
    Question {
        lot: LotCode::parse(lot).unwrap(),
        at,
        direction,
    }
}
