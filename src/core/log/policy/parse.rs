//! Reading a policy file, line by line.

use std::collections::HashMap;

use super::{
    GROUPS_MAX, Group, KnownLog, KnownWitness, LOGS_MAX, Member, POLICY_BYTES_MAX, Policy,
    PolicyError, PolicyProblem, WITNESSES_MAX,
};
use crate::core::log::key::{SignatureKind, VerifierKey};

/// The quorum that asks for no witness; no one may bear this name.
const NONE: &str = "none";

/// A policy in the making.
#[derive(Default)]
struct Draft<'a> {
    logs: Vec<KnownLog>,
    witnesses: Vec<KnownWitness>,
    groups: Vec<Group>,
    quorum: Option<Option<Member>>,
    /// What each name stands for, and whether it is a member already.
    names: HashMap<&'a str, (Member, bool)>,
}

pub(super) fn parse(text: &str) -> Result<Policy, PolicyError> {
    if text.len() > POLICY_BYTES_MAX {
        return Err(PolicyError {
            line: 1,
            problem: PolicyProblem::TooLong,
        });
    }
    let mut draft = Draft::default();
    let mut last = 1;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        last = at + 1;
        draft.take(line).map_err(|problem| PolicyError {
            line: last,
            problem,
        })?;
    }
    let missing = PolicyError {
        line: last,
        problem: PolicyProblem::NoQuorum,
    };
    let quorum = draft.quorum.ok_or(missing)?;
    let Draft {
        logs,
        witnesses,
        groups,
        ..
    } = draft;
    Ok(Policy {
        logs,
        witnesses,
        groups,
        quorum,
    })
}

impl<'a> Draft<'a> {
    fn take(&mut self, line: &'a str) -> Result<(), PolicyProblem> {
        let line = line.strip_suffix('\n').ok_or(PolicyProblem::Unterminated)?;
        if line
            .bytes()
            .any(|byte| byte != b'\t' && (byte < 0x20 || byte == 0x7F))
        {
            return Err(PolicyProblem::ControlCharacter);
        }
        let items: Vec<&str> = line
            .split([' ', '\t'])
            .filter(|item| !item.is_empty())
            .collect();
        match items.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", vkey] => self.log(vkey, None),
            ["log", vkey, url] => self.log(vkey, Some(url)),
            ["witness", name, vkey] => self.witness(name, vkey, None),
            ["witness", name, vkey, url] => self.witness(name, vkey, Some(url)),
            ["group", name, threshold, members @ ..] if !members.is_empty() => {
                self.group(name, threshold, members)
            }
            ["quorum", name] => self.quorum(name),
            ["log" | "witness" | "group" | "quorum", ..] => Err(PolicyProblem::Items),
            _ => Err(PolicyProblem::Word),
        }
    }

    fn log(&mut self, vkey: &str, url: Option<&str>) -> Result<(), PolicyProblem> {
        let key = parse_key(vkey, SignatureKind::Ed25519)?;
        if self
            .logs
            .iter()
            .any(|log| log.key.public_key() == key.public_key())
        {
            return Err(PolicyProblem::DuplicateKey);
        }
        if self.logs.len() == LOGS_MAX {
            return Err(PolicyProblem::TooMany);
        }
        self.logs.push(KnownLog {
            key,
            url: url.map(str::to_owned),
        });
        Ok(())
    }

    fn witness(
        &mut self,
        name: &'a str,
        vkey: &str,
        url: Option<&str>,
    ) -> Result<(), PolicyProblem> {
        let key = parse_key(vkey, SignatureKind::CosignatureV1)?;
        if self
            .witnesses
            .iter()
            .any(|other| other.key.public_key() == key.public_key())
        {
            return Err(PolicyProblem::DuplicateKey);
        }
        if self.witnesses.len() == WITNESSES_MAX {
            return Err(PolicyProblem::TooMany);
        }
        self.name(name, Member::Witness(self.witnesses.len()))?;
        let url = url.map(str::to_owned);
        self.witnesses.push(KnownWitness {
            name: name.to_owned(),
            key,
            url,
        });
        Ok(())
    }

    fn group(
        &mut self,
        name: &'a str,
        threshold: &str,
        members: &[&'a str],
    ) -> Result<(), PolicyProblem> {
        if self.groups.len() == GROUPS_MAX {
            return Err(PolicyProblem::TooMany);
        }
        let threshold = match threshold {
            "any" => 1,
            "all" => members.len(),
            number => number
                .parse()
                .ok()
                .filter(|k: &usize| (1..=members.len()).contains(k) && k.to_string() == number)
                .ok_or(PolicyProblem::Threshold)?,
        };
        let mut found = Vec::with_capacity(members.len());
        for member in members {
            let (member, taken) = self
                .names
                .get_mut(member)
                .ok_or(PolicyProblem::UnknownName)?;
            if std::mem::replace(taken, true) {
                return Err(PolicyProblem::MemberTwice);
            }
            found.push(*member);
        }
        self.name(name, Member::Group(self.groups.len()))?;
        self.groups.push(Group {
            threshold,
            members: found,
        });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyProblem> {
        if self.quorum.is_some() {
            return Err(PolicyProblem::SecondQuorum);
        }
        self.quorum = Some(match name {
            NONE => None,
            name => Some(self.names.get(name).ok_or(PolicyProblem::UnknownName)?.0),
        });
        Ok(())
    }

    fn name(&mut self, name: &'a str, member: Member) -> Result<(), PolicyProblem> {
        if name == NONE || self.names.contains_key(name) {
            return Err(PolicyProblem::DuplicateName);
        }
        self.names.insert(name, (member, false));
        Ok(())
    }
}

fn parse_key(vkey: &str, kind: SignatureKind) -> Result<VerifierKey, PolicyProblem> {
    let key = VerifierKey::parse(vkey).map_err(PolicyProblem::Key)?;
    if key.kind() == kind {
        Ok(key)
    } else {
        Err(PolicyProblem::KeyKind)
    }
}
