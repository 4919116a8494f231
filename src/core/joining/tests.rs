use super::*;
use crate::core::custody::EntryKey;
use crate::core::ids::{Division, SiteNo, Uscc};
use crate::core::log::Origin;
use ed25519_dalek::SigningKey;
use proptest::prelude::*;

fn jwk(seed: u8) -> Jwk {
    Jwk::of(&SigningKey::from_bytes(&[seed; 32]))
}

fn party() -> PartyId {
    PartyId::Uscc(Uscc::parse("93330421MA2B00019Q").unwrap())
}

fn site(serial: u32) -> SiteId {
    SiteId::Registrar(SiteNo::issue(Division::parse("330421").unwrap(), serial).unwrap())
}

fn at(seconds: u64) -> UnixSeconds {
    UnixSeconds::new(seconds).unwrap()
}

fn key(role: KeyRole, sites: Vec<SiteId>) -> KeyFacts {
    KeyFacts {
        kid: jwk(1).kid(),
        jwk: jwk(1),
        entry: EntryKey::from_i64(0),
        party: party(),
        sites,
        role,
        from: at(0),
        until: None,
        revoked: None,
        suspect_since: None,
    }
}

fn facts(kind: PartyKind) -> PartyFacts {
    PartyFacts {
        id: party(),
        entry: EntryKey::from_i64(0),
        said: EntryKey::from_i64(0),
        kind,
        name: None,
        county: Division::parse("330421").unwrap(),
        agent: None,
    }
}

fn invitation() -> Invitation {
    let code = Code::from_random([7; CODE_BYTES]);
    Invitation {
        id: code.id(),
        code_hash: code.hash(),
        offer: Offer {
            party: party(),
            sites: vec![site(1)],
            role: KeyRole::Clerk,
            label: Name::new("前台手机"),
        },
        made_by: jwk(1).kid(),
        made_at: at(100),
        expires_at: at(200),
        revoked_at: None,
        answer: None,
    }
}

fn answered_by(seed: u8) -> DeviceAnswer {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let log = Origin::new("zhejiang.example/log").unwrap();
    DeviceAnswer {
        jwk: Jwk::of(&key),
        proof: PossessionProof::sign(&key, &log, &party()),
        at: at(150),
    }
}

#[test]
fn a_code_is_read_as_people_type_it() {
    let code = Code::from_random([0, 68, 50, 20, 199, 66, 84, 182, 53, 207]);
    let text = code.to_string();
    assert_eq!(text.len(), 19);
    let typed = text
        .to_lowercase()
        .replace('-', " ")
        .replace('0', "o")
        .replace('1', "l");
    assert!(Code::parse(&typed).unwrap() == code);
    for bad in [
        "",
        "0000-0000-0000-000",
        "0000-0000-0000-00000",
        "UUUU-UUUU-UUUU-UUUU",
        "邀请",
    ] {
        assert_eq!(Code::parse(bad).err(), Some(CodeError), "{bad}");
    }
}

#[test]
fn neither_its_name_nor_its_hash_nor_a_log_line_says_the_code() {
    let code = Code::from_random([7; CODE_BYTES]);
    let id = code.id();
    assert_eq!(InvitationId::parse(id.as_str()).unwrap(), id);
    assert_ne!(
        id.as_str(),
        Code::from_random([8; CODE_BYTES]).id().as_str()
    );
    assert!(!format!("{code:?}").contains(&code.to_string()));
    assert!(!id.as_str().contains(&code.to_string().replace('-', "")));
}

#[test]
fn an_administrator_invites_for_its_own_party_and_sites_and_the_registrar_for_all() {
    let other = PartyId::Uscc(Uscc::parse("91320509MA1M00033P").unwrap());
    let of = |role, sites, kind| Manager::of(&key(role, sites), &facts(kind), at(1));
    let admin = of(KeyRole::Admin, vec![], PartyKind::Retailer).unwrap();
    assert!(admin.manages(&party(), &[]) && admin.manages(&party(), &[site(1)]));
    assert!(!admin.manages(&other, &[]));
    let limited = of(KeyRole::Admin, vec![site(1)], PartyKind::Retailer).unwrap();
    assert!(limited.manages(&party(), &[site(1)]));
    assert!(!limited.manages(&party(), &[]) && !limited.manages(&party(), &[site(1), site(2)]));
    let registrar = of(KeyRole::Admin, vec![], PartyKind::Registrar).unwrap();
    assert!(registrar.manages(&other, &[]));
    assert_eq!(
        of(KeyRole::Clerk, vec![], PartyKind::Registrar),
        Err(JoinError::NotEntitled)
    );
}

#[test]
fn a_key_that_is_revoked_expired_or_of_later_invites_nobody() {
    let mut revoked = key(KeyRole::Admin, vec![]);
    revoked.revoked = Some(EntryKey::from_i64(9));
    let mut expired = key(KeyRole::Admin, vec![]);
    expired.until = Some(at(9));
    let mut later = key(KeyRole::Admin, vec![]);
    later.from = at(11);
    for bad in [revoked, expired, later] {
        let made = Manager::of(&bad, &facts(PartyKind::Retailer), at(10));
        assert_eq!(made, Err(JoinError::NotEntitled));
    }
}

#[test]
fn an_invitation_is_answered_once_in_time_and_by_one_key() {
    let mut open = invitation();
    assert_eq!(open.may_answer(&jwk(2), at(200)), Ok(()));
    assert_eq!(open.may_answer(&jwk(2), at(201)), Err(JoinError::Expired));
    assert_eq!(open.standing(at(201), false), Standing::Expired);
    open.answer = Some(answered_by(2));
    // The same device may ask again, also later: its first answer may have been lost.
    assert_eq!(open.may_answer(&jwk(2), at(999)), Ok(()));
    assert_eq!(open.may_answer(&jwk(3), at(150)), Err(JoinError::Used));
    assert_eq!(open.standing(at(999), false), Standing::Waiting);
    assert_eq!(open.standing(at(999), true), Standing::Joined);
    open.revoked_at = Some(at(160));
    assert_eq!(open.may_answer(&jwk(2), at(170)), Err(JoinError::Revoked));
    assert_eq!(open.standing(at(170), false), Standing::Revoked);
    assert_eq!(
        open.standing(at(170), true),
        Standing::Joined,
        "the log says so"
    );
}

proptest! {
    #[test]
    fn every_code_reads_back(bytes: [u8; CODE_BYTES]) {
        let code = Code::from_random(bytes);
        prop_assert!(Code::parse(&code.to_string()).unwrap() == code);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,40}") {
        let _ = Code::parse(&text);
        let _ = InvitationId::parse(&text);
    }
}
