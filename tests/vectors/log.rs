//! `log.json`: leaf hashes, roots, proofs and tile paths. Roots and proofs are made by the words
//! of RFC 6962 here, and judged by the log's own code.

use crate::tiles;
use crate::tools::{assert_names_are_unique, hex, settle};
use serde_json::{Value, json};
use shisu::core::log::{
    Hash, empty_root, leaf_hash, node_hash, root_of, verify_consistency, verify_inclusion,
};
use shisu::core::text::Explain;

/// MTH of RFC 6962, section 2.1.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(middle(leaves.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

const fn middle(count: usize) -> usize {
    count.next_power_of_two() / 2
}

/// PATH of RFC 6962, section 2.1.1.
fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(middle(leaves.len()));
    let (mut below, beside) = if index < left.len() {
        (path(index, left), root(right))
    } else {
        (path(index - left.len(), right), root(left))
    };
    below.push(beside);
    below
}

/// SUBPROOF of RFC 6962, section 2.1.2.
fn subproof(old: usize, leaves: &[Hash], complete: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if complete {
            Vec::new()
        } else {
            vec![root(leaves)]
        };
    }
    let (left, right) = leaves.split_at(middle(leaves.len()));
    let (mut below, beside) = if old <= left.len() {
        (subproof(old, left, complete), root(right))
    } else {
        (subproof(old - left.len(), right, false), root(left))
    };
    below.push(beside);
    below
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count)
        .map(|number| leaf_hash(format!("record {number}").as_bytes()))
        .collect()
}

fn entries() -> Vec<Value> {
    let long = vec![0x61; 65_535];
    let mut out: Vec<Value> = [&b""[..], b"\0", b"record 0", "记录".as_bytes()]
        .iter()
        .map(|entry| json!({"hex": hex(entry), "leaf": leaf_hash(entry).to_base64()}))
        .collect();
    out.push(json!({"repeat": "61", "times": 65_535, "leaf": leaf_hash(&long).to_base64()}));
    out
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(Hash::to_base64).collect()
}

fn of_texts(list: &Value) -> Vec<Hash> {
    let hash = |text: &Value| Hash::from_base64(text.as_str().unwrap()).unwrap();
    list.as_array().unwrap().iter().map(hash).collect()
}

fn inclusion(index: usize, size: usize) -> Value {
    let leaves = leaves(size);
    json!({
        "name": format!("leaf {index} of {size}"), "index": index, "size": size,
        "leaf": leaves[index].to_base64(), "root": root(&leaves).to_base64(),
        "proof": texts(&path(index, &leaves)),
    })
}

fn judge_inclusion(v: &Value) -> Result<(), &'static str> {
    let hash = |name: &str| Hash::from_base64(v[name].as_str().unwrap()).unwrap();
    let (index, size) = (v["index"].as_u64().unwrap(), v["size"].as_u64().unwrap());
    verify_inclusion(
        &hash("leaf"),
        index,
        size,
        &of_texts(&v["proof"]),
        &hash("root"),
    )
    .map_err(|error| error.code())
}

fn consistency(old: usize, new: usize) -> Value {
    let leaves = leaves(new);
    let proof = if old == 0 {
        vec![]
    } else {
        subproof(old, &leaves, true)
    };
    json!({
        "name": format!("{old} to {new}"), "old_size": old, "new_size": new,
        "old_root": root(&leaves[..old]).to_base64(), "new_root": root(&leaves).to_base64(),
        "proof": texts(&proof),
    })
}

fn judge_consistency(v: &Value) -> Result<(), &'static str> {
    let hash = |name: &str| Hash::from_base64(v[name].as_str().unwrap()).unwrap();
    let (old, new) = (
        v["old_size"].as_u64().unwrap(),
        v["new_size"].as_u64().unwrap(),
    );
    verify_consistency(
        old,
        &hash("old_root"),
        new,
        &hash("new_root"),
        &of_texts(&v["proof"]),
    )
    .map_err(|error| error.code())
}

/// `vector` under another name and with some members said otherwise.
fn spoiled(vector: &Value, name: &str, code: &str, changes: Value) -> Value {
    let mut vector = vector.clone();
    let members = vector.as_object_mut().unwrap();
    members.extend(changes.as_object().unwrap().clone());
    members.insert("name".into(), json!(name));
    members.insert("code".into(), json!(code));
    vector
}

fn bad_inclusions() -> Vec<Value> {
    let good = inclusion(5, 13);
    let proof = good["proof"].as_array().unwrap();
    let mut swapped = proof.clone();
    swapped.swap(0, 1);
    let longer = [&proof[..], &proof[..1]].concat();
    let other = leaf_hash(b"record 6").to_base64();
    vec![
        spoiled(&good, "another leaf", "proof_root", json!({"leaf": other})),
        spoiled(&good, "another root", "proof_root", json!({"root": other})),
        spoiled(&good, "another index", "proof_root", json!({"index": 4})),
        spoiled(
            &good,
            "another size, another shape",
            "proof_length",
            json!({"size": 17}),
        ),
        spoiled(
            &good,
            "hashes swapped",
            "proof_root",
            json!({"proof": swapped}),
        ),
        spoiled(
            &good,
            "a hash too few",
            "proof_length",
            json!({"proof": proof[1..]}),
        ),
        spoiled(
            &good,
            "a hash too many",
            "proof_length",
            json!({"proof": longer}),
        ),
        spoiled(&good, "no proof", "proof_length", json!({"proof": []})),
        spoiled(
            &good,
            "index beyond the tree",
            "proof_out_of_tree",
            json!({"index": 13}),
        ),
        spoiled(
            &good,
            "empty tree",
            "proof_out_of_tree",
            json!({"index": 0, "size": 0}),
        ),
    ]
}

fn bad_consistencies() -> Vec<Value> {
    let (good, same) = (consistency(6, 13), consistency(7, 7));
    let proof = good["proof"].as_array().unwrap();
    let longer = [&proof[..], &proof[..1]].concat();
    let (old_root, new_root) = (&good["old_root"], &good["new_root"]);
    let rewritten = json!({"old_root": leaf_hash(b"x").to_base64()});
    vec![
        spoiled(
            &good,
            "earlier root is another",
            "proof_old_root",
            rewritten.clone(),
        ),
        spoiled(
            &good,
            "later root is another",
            "proof_root",
            json!({"new_root": old_root}),
        ),
        spoiled(
            &good,
            "sizes swapped",
            "proof_shrunk",
            json!({"old_size": 13, "new_size": 6}),
        ),
        spoiled(
            &good,
            "a hash too few",
            "proof_length",
            json!({"proof": proof[1..]}),
        ),
        spoiled(
            &good,
            "a hash too many",
            "proof_length",
            json!({"proof": longer}),
        ),
        spoiled(
            &good,
            "earlier tree empty with a proof",
            "proof_length",
            json!({"old_size": 0}),
        ),
        spoiled(
            &consistency(0, 5),
            "empty tree with a root",
            "proof_old_root",
            json!({"old_root": new_root}),
        ),
        spoiled(
            &same,
            "same size with another root",
            "proof_root",
            rewritten,
        ),
        spoiled(
            &same,
            "same size with a proof",
            "proof_length",
            json!({"proof": [new_root]}),
        ),
    ]
}

fn check(judge: fn(&Value) -> Result<(), &'static str>, good: &[Value], bad: &[Value]) {
    for vector in good {
        assert_eq!(judge(vector), Ok(()), "{vector}");
    }
    for vector in bad {
        assert_eq!(judge(vector).err(), vector["code"].as_str(), "{vector}");
    }
}

#[test]
fn roots_proofs_and_tile_paths_are_those_of_rfc_6962_and_c2sp() {
    let all = leaves(1000);
    let sizes = (0..=20).chain([63, 64, 65, 255, 256, 257, 511, 512, 513, 1000]);
    let mut roots = Vec::new();
    for size in sizes {
        assert_eq!(
            root(&all[..size]),
            root_of(all[..size].iter().copied()),
            "{size}"
        );
        roots.push(json!({"size": size, "root": root(&all[..size]).to_base64()}));
    }
    let included = [
        (0, 1),
        (0, 2),
        (1, 2),
        (2, 5),
        (4, 5),
        (6, 7),
        (0, 8),
        (7, 8),
        (8, 9),
        (19, 20),
        (255, 256),
        (256, 257),
        (0, 257),
        (499, 1000),
        (999, 1000),
    ]
    .map(|(index, size)| inclusion(index, size));
    let consistent = [
        (0, 0),
        (0, 5),
        (1, 1),
        (1, 2),
        (2, 5),
        (4, 5),
        (5, 8),
        (6, 8),
        (7, 8),
        (8, 8),
        (3, 20),
        (16, 20),
        (255, 256),
        (256, 257),
        (257, 1000),
        (512, 1000),
        (999, 1000),
    ]
    .map(|(old, new)| consistency(old, new));
    let (bad_inclusions, bad_consistencies) = (bad_inclusions(), bad_consistencies());
    check(judge_inclusion, &included, &bad_inclusions);
    check(judge_consistency, &consistent, &bad_consistencies);
    assert_names_are_unique(&[&included, &bad_inclusions, &consistent, &bad_consistencies]);
    settle(
        "log.json",
        &json!({
            "leaf_of_roots_and_proofs": "RFC 6962 leaf hash of the UTF-8 text `record <index>`",
            "entries": entries(),
            "roots": roots,
            "inclusion": {"good": included, "bad": bad_inclusions},
            "consistency": {"good": consistent, "bad": bad_consistencies},
            "tile_paths": tiles::tiles(),
        }),
    );
}
