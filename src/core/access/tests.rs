use super::*;
use crate::core::ids::{PartyId, SiteId, SiteNo, SmallholderNo};
use crate::core::record::Kid;
use proptest::prelude::*;

fn division(code: &str) -> Division {
    Division::parse(code).unwrap()
}

fn party(serial: u32) -> PartyId {
    let number = SmallholderNo::issue(division("330421"), serial).unwrap();
    PartyId::parse(&number.to_string()).unwrap()
}

fn site(serial: u32) -> SiteId {
    let number = SiteNo::issue(division("330421"), serial).unwrap();
    SiteId::parse(&number.to_string()).unwrap()
}

fn kid(byte: u8) -> Kid {
    Kid::from_bytes([byte; 32])
}

fn viewer(role: Role, county: &str) -> Viewer {
    Viewer {
        kid: kid(1),
        party: Some(party(1)),
        sites: Vec::new(),
        division: Some(division(county)),
        roles: vec![Role::Public, role],
    }
}

/// A shipment of party 2 to party 1, carried by party 3, in 嘉善.
fn shipment() -> Concern {
    let sender = Place::at(party(2), site(2));
    Concern {
        author: Some((kid(2), sender)),
        sender: Some(sender),
        consignee: Some(Place::at(party(1), site(1))),
        carriers: vec![party(3)],
        counties: vec![division("330421")],
        ..Concern::default()
    }
}

#[test]
fn the_table_can_be_read_and_says_something_of_every_role_and_class() {
    let read: AccessTable = toml::from_str(TEXT).unwrap();
    assert_eq!(&read, table());
    let roles: Vec<Role> = read.roles.iter().map(RoleRow::role).collect();
    assert_eq!(roles, Role::ALL);
    let data: Vec<Data> = read.data.iter().map(DataRow::data).collect();
    assert_eq!(data, Data::ALL);
    for role in &read.roles {
        assert_eq!(role.sees.len(), Data::ALL.len(), "{:?}", role.code);
    }
}

#[test]
fn the_public_sees_what_is_public_and_nothing_else() {
    for data in Data::ALL {
        let seen = decide(&[Role::Public], *data, &[]).is_some();
        assert_eq!(seen, *data == Data::Record, "{data:?}");
    }
}

#[test]
fn no_sealed_value_goes_to_everybody_of_a_role_but_quantities_to_those_who_balance() {
    for role in Role::ALL {
        for data in [Data::Trade, Data::Personal] {
            assert!(reach(*role, data) < Reach::All, "{role:?} {data:?}");
        }
        let balances = matches!(role, Role::ProvincialOfficer | Role::PeerNode);
        assert_eq!(
            reach(*role, Data::Balance) == Reach::All,
            balances,
            "{role:?}"
        );
    }
}

#[test]
fn whoever_sees_over_others_says_what_for() {
    for role in Role::ALL {
        let over_others = reach(*role, Data::Trade) > Reach::Own;
        assert_eq!(states_purpose(*role), over_others, "{role:?}");
    }
}

#[test]
fn both_sides_of_a_shipment_and_its_carrier_see_its_trade_values() {
    for (serial, role, relation) in [
        (1, Role::Party, Relation::Consignee),
        (2, Role::Party, Relation::Author),
        (3, Role::Carrier, Relation::Carrier),
    ] {
        let mut viewer = viewer(role, "330421");
        viewer.party = Some(party(serial));
        let ground = viewer.may_see(Data::Trade, &shipment());
        assert_eq!(ground, Some(Ground { role, relation }));
    }
    let mut stranger = viewer(Role::Party, "330421");
    stranger.party = Some(party(9));
    assert_eq!(stranger.may_see(Data::Trade, &shipment()), None);
    assert_eq!(stranger.may_see(Data::Balance, &shipment()), None);
}

#[test]
fn personal_values_stay_with_whoever_wrote_them() {
    let mut viewer = viewer(Role::Party, "330421");
    assert_eq!(
        viewer.may_see(Data::Personal, &shipment()),
        None,
        "consignee"
    );
    viewer.party = Some(party(2));
    assert!(viewer.may_see(Data::Personal, &shipment()).is_some());
}

#[test]
fn a_key_for_one_site_sees_what_concerns_that_site() {
    let mut clerk = viewer(Role::Party, "330421");
    clerk.sites = vec![site(1)];
    assert!(clerk.may_see(Data::Balance, &shipment()).is_some());
    clerk.sites = vec![site(7)];
    assert_eq!(clerk.may_see(Data::Balance, &shipment()), None);
    let of_the_party = Concern {
        author: Some((kid(5), Place::of(party(1)))),
        subjects: vec![party(1)],
        ..Concern::default()
    };
    assert_eq!(clerk.may_see(Data::Balance, &of_the_party), None);
    clerk.kid = kid(5);
    assert!(
        clerk.may_see(Data::Balance, &of_the_party).is_some(),
        "its own"
    );
}

#[test]
fn officers_see_what_happens_where_their_office_is() {
    let look = |role, county: &str, data| viewer(role, county).may_see(data, &shipment());
    let mut elsewhere = shipment();
    elsewhere.counties = vec![division("330102")];
    elsewhere.consignee = None;
    for data in [Data::Trade, Data::Personal] {
        assert!(look(Role::CountyOfficer, "330421", data).is_some());
        let county = viewer(Role::CountyOfficer, "330421");
        assert_eq!(county.may_see(data, &elsewhere), None, "another county");
        let province = viewer(Role::ProvincialOfficer, "330000");
        assert!(province.may_see(data, &elsewhere).is_some());
        let prefecture = viewer(Role::ProvincialOfficer, "330400");
        assert!(prefecture.may_see(data, &elsewhere).is_some());
        let other = viewer(Role::ProvincialOfficer, "320000");
        assert_eq!(other.may_see(data, &elsewhere), None, "another province");
    }
    let county = viewer(Role::CountyOfficer, "330421");
    assert!(county.may_see(Data::Balance, &elsewhere).is_some());
    let other = viewer(Role::CountyOfficer, "310118");
    assert_eq!(other.may_see(Data::Balance, &elsewhere), None);
}

#[test]
fn whoever_runs_the_server_sees_the_journal_and_no_sealed_value() {
    let operator = Viewer {
        party: None,
        division: None,
        ..viewer(Role::Operator, "330421")
    };
    for (data, seen) in [
        (Data::Journal, true),
        (Data::Operation, true),
        (Data::Balance, false),
        (Data::Trade, false),
        (Data::Personal, false),
        (Data::Stock, false),
    ] {
        let found = operator.may_see(data, &shipment());
        assert_eq!(found.is_some(), seen, "{data:?}");
    }
}

#[test]
fn what_a_key_opens_follows_from_its_party_and_from_what_the_key_may_do() {
    let county = division("330421");
    let role = |key, kind, division| role_of(key, kind, division);
    for (key, kind, place, expected) in [
        (KeyRole::Admin, PartyKind::Processor, county, Role::Party),
        (KeyRole::Clerk, PartyKind::Retailer, county, Role::Party),
        (KeyRole::Clerk, PartyKind::Carrier, county, Role::Carrier),
        (KeyRole::Driver, PartyKind::Processor, county, Role::Carrier),
        (KeyRole::Device, PartyKind::Processor, county, Role::Public),
        (KeyRole::Node, PartyKind::Registrar, county, Role::Public),
        (
            KeyRole::Admin,
            PartyKind::Registrar,
            county,
            Role::Registrar,
        ),
        (KeyRole::Admin, PartyKind::Lab, county, Role::Laboratory),
        (
            KeyRole::Clerk,
            PartyKind::Regulator,
            county,
            Role::CountyOfficer,
        ),
        (
            KeyRole::Clerk,
            PartyKind::AnimalHealth,
            division("330400"),
            Role::ProvincialOfficer,
        ),
        (
            KeyRole::Clerk,
            PartyKind::Customs,
            division("330000"),
            Role::ProvincialOfficer,
        ),
        (KeyRole::Device, PartyKind::Regulator, county, Role::Public),
    ] {
        assert_eq!(role(key, kind, place), expected, "{key:?} {kind:?}");
    }
}

#[test]
fn every_word_names_one_thing() {
    for role in Role::ALL {
        assert_eq!(Role::from_code(role.code()), Some(*role));
        assert_eq!(serde_json::to_value(role).unwrap(), role.code());
    }
    for data in Data::ALL {
        assert_eq!(Data::from_code(data.code()), Some(*data));
        assert_eq!(serde_json::to_value(data).unwrap(), data.code());
    }
    for relation in Relation::ALL {
        assert_eq!(Relation::from_code(relation.code()), Some(*relation));
    }
    for reach in Reach::ALL {
        assert_eq!(Reach::from_code(reach.code()), Some(*reach));
    }
}

fn any<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

proptest! {
    #[test]
    fn a_closer_relation_never_shows_less(
        role in any(Role::ALL),
        data in any(Data::ALL),
        near in any(Relation::ALL),
        far in any(Relation::ALL),
    ) {
        prop_assume!(near.needs() <= far.needs());
        let seen = |relation| decide(&[role], data, &[relation]).is_some();
        prop_assert!(seen(near) || !seen(far));
    }

    #[test]
    fn a_ground_is_one_of_the_roles_and_relations_given(
        roles in proptest::collection::vec(any(Role::ALL), 0..4),
        data in any(Data::ALL),
        relations in proptest::collection::vec(any(Relation::ALL), 0..4),
    ) {
        if let Some(ground) = decide(&roles, data, &relations) {
            prop_assert!(roles.contains(&ground.role));
            let given = relations.contains(&ground.relation) || ground.relation == Relation::Nothing;
            prop_assert!(given);
            prop_assert!(ground.relation.needs() <= reach(ground.role, data));
        }
    }
}
