//! Databases of their own for each test, and a small ledger to fill them with.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use shisu::core::custody::{
    Effects, EntryKey, KeyFacts, LogNo, LotFacts, MoveFacts, MoveKey, MoveRole, Working,
};
use shisu::core::ids::{LotCode, PartyId};
use shisu::core::log::{Origin, TreeEdge};
use shisu::core::quantity::{Amount, Uom};
use shisu::core::record::{Jwk, Record, RecordId, author};
use shisu::core::rules::product::ProductClass;
use shisu::core::time::{ChinaDate, UnixSeconds};
use shisu::store::{DatabaseUrl, Head, Instance, NewEntry, Store, StoreError};
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

/// Runs each test on both databases.
macro_rules! on_both_databases {
    ($($name:ident)*) => {
        mod on_sqlite {
            $(#[test] fn $name() { super::$name(&$crate::support::Database::sqlite()); })*
        }
        mod on_postgres {
            $(#[test] fn $name() { super::$name(&$crate::support::Database::postgres()); })*
        }
    };
}
pub(crate) use on_both_databases;

/// A database that goes away with the test.
pub struct Database {
    pub url: DatabaseUrl,
    raw: String,
    schema: Option<(String, String)>,
    _dir: Option<tempfile::TempDir>,
}

impl Database {
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.db");
        let raw = path.to_str().unwrap().to_owned();
        Self {
            url: DatabaseUrl::Sqlite(path),
            raw,
            schema: None,
            _dir: Some(dir),
        }
    }

    pub fn postgres() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("SHISU_TEST_POSTGRES_URL").expect(
            "the store is tested on PostgreSQL too: run the tests with \
             `scripts/with-postgres cargo test`, or set SHISU_TEST_POSTGRES_URL to a database \
             in which the tests may create schemas",
        );
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let schema = format!(
            "t{}_{number}_{}",
            std::process::id(),
            Uuid::new_v4().simple()
        );
        let mut conn = PgConnection::establish(&server).unwrap();
        conn.batch_execute(&format!("CREATE SCHEMA {schema}"))
            .unwrap();
        let join = if server.contains('?') { '&' } else { '?' };
        let raw = format!("{server}{join}options=-csearch_path%3D{schema}");
        let url = DatabaseUrl::parse(&raw).unwrap();
        Self {
            url,
            raw,
            schema: Some((server, schema)),
            _dir: None,
        }
    }

    pub fn is_sqlite(&self) -> bool {
        self.schema.is_none()
    }

    pub fn create(&self) -> Store {
        Store::create(&self.url, &instance()).unwrap()
    }

    /// Runs SQL behind the store's back; the database's own words if it refuses.
    pub fn sql(&self, sql: &str) -> Result<(), String> {
        let done = if self.is_sqlite() {
            let mut conn = SqliteConnection::establish(&self.raw).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
            conn.batch_execute(sql)
        } else {
            PgConnection::establish(&self.raw)
                .unwrap()
                .batch_execute(sql)
        };
        done.map_err(|error| error.to_string())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, schema)) = &self.schema
            && let Ok(mut conn) = PgConnection::establish(server)
        {
            let _ = conn.batch_execute(&format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

pub const LOG: &str = "zhejiang.example/log";
pub const PARTY: &str = "91310118MA1J000224";

pub fn instance() -> Instance {
    Instance {
        uuid: Uuid::from_u128(7),
        origin: Origin::new(LOG).unwrap(),
        created_at: time(1_795_000_000),
    }
}

pub fn time(seconds: u64) -> UnixSeconds {
    UnixSeconds::new(seconds).unwrap()
}

pub fn entry_key(index: u64) -> EntryKey {
    EntryKey::new(LogNo::HOME, index).unwrap()
}

pub fn signer() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// A record of the test key with this number and these lines; each is (n, op, lot, of).
pub fn record(seq: u64, lines: &[Value]) -> Record {
    said(seq, "create", lines, json!({"how": "harvest"}))
}

/// Premises of every record here.
pub const SITE: &str = "JY13101180000015";

/// Readings of a zone of the premises.
pub fn zone_readings(seq: u64) -> Record {
    let sensor = json!({"device": "A-1", "readings": [[1_795_312_800_u64, "3"]]});
    said(
        seq,
        "observe",
        &[],
        json!({"zone": "A", "sensors": [sensor]}),
    )
}

fn said(seq: u64, kind: &str, lines: &[Value], body: Value) -> Record {
    let claims = json!({
        "type": kind, "log": LOG, "iss": PARTY, "site": SITE,
        "iat": 1_795_312_800_u64, "seq": seq, "prev": null,
        "moves": lines, "refs": [], "about": [], "blobs": [],
        "body": body,
    });
    let mut salt = 0_u8;
    let sealed = author::sign(claims, &signer(), &mut || {
        salt += 1;
        let mut bytes = [0xA5; 16];
        bytes[0] = salt;
        bytes
    });
    sealed.unwrap()
}

pub fn line(n: u16, op: &str, lot: &LotCode) -> Value {
    json!({"n": n, "op": op, "lot": lot.as_str(), "uom": "KGM", "quantity": "5"})
}

pub fn lot_code(n: u32) -> LotCode {
    LotCode::own(&format!("LOT-{n:04}")).unwrap()
}

pub fn lot_facts(key: MoveKey, code: &LotCode) -> LotFacts {
    LotFacts {
        key,
        code: code.clone(),
        class: ProductClass::all().next().unwrap(),
        party: PartyId::parse(PARTY).unwrap(),
        made_on: ChinaDate::from_ymd(2026, 11, 20).unwrap(),
        best_before: None,
    }
}

pub fn move_facts(key: MoveKey, role: MoveRole, lot: MoveKey, of: Option<MoveKey>) -> MoveFacts {
    MoveFacts {
        key,
        role,
        lot,
        site: entry_key(0),
        uom: Uom::Kilogram,
        amount: Amount::whole(5),
        of,
        left: if role.is_credit() {
            Amount::whole(5)
        } else {
            Amount::ZERO
        },
        disputed: Amount::ZERO,
    }
}

pub fn key_facts() -> KeyFacts {
    let jwk = Jwk::of(&signer());
    KeyFacts {
        kid: jwk.kid(),
        jwk,
        entry: entry_key(0),
        party: PartyId::parse(PARTY).unwrap(),
        sites: Vec::new(),
        role: serde_json::from_value(json!("admin")).unwrap(),
        from: time(1_795_000_000),
        until: None,
        revoked: None,
        suspect_since: None,
    }
}

/// A ledger under construction: what the app does around an append, in small.
pub struct Ledger {
    pub working: Working,
    pub tree: TreeEdge,
    pub ids: Vec<RecordId>,
}

impl Ledger {
    pub fn new() -> Self {
        Self {
            working: Working::new(1_000),
            tree: TreeEdge::new(),
            ids: Vec::new(),
        }
    }

    /// Appends records with what they change; the first one grants the test key.
    pub fn append(&mut self, store: &Store, batch: &[(Record, Effects)]) -> Result<(), StoreError> {
        let mut batch = batch.to_vec();
        if self.ids.is_empty() {
            batch[0].1.keys.push(key_facts());
        }
        store.append(|tx| {
            let old = tx.head().size;
            for (index, (record, effects)) in (old..).zip(&batch) {
                self.working.apply(record, entry_key(index), effects);
                self.tree.append(record.leaf);
                self.ids.push(record.id);
            }
            let new: Vec<NewEntry<'_>> = (old..)
                .zip(&batch)
                .map(|(index, (record, effects))| NewEntry {
                    key: entry_key(index),
                    record,
                    kid_entry: (index > 0).then(|| entry_key(0)),
                    effects,
                })
                .collect();
            tx.write(&new, &self.working)?;
            tx.tiles(&self.tree.drain_tiles())?;
            let size = self.tree.size();
            tx.advance(
                old,
                &Head {
                    size,
                    root: self.tree.root(),
                    beat_at: time(1_795_312_800),
                },
            )
        })
    }
}
