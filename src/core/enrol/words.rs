//! Words that registers use for kinds, and the kinds they mean. A kind's own code is understood,
//! too.

use crate::core::ids::{Division, DivisionLevel};
use crate::core::record::body::{LicenceKind, PartyKind, SiteKind};

/// Kinds of party, with the words for each.
const PARTIES: [(PartyKind, &[&str]); 20] = [
    (
        PartyKind::Farm,
        &["养殖场", "种植企业", "养殖企业", "养殖场、种植企业", "farm"],
    ),
    (PartyKind::Coop, &["农民专业合作社", "合作社", "coop"]),
    (PartyKind::Smallholder, &["农户", "smallholder"]),
    (PartyKind::Collector, &["收购单位", "收购者", "collector"]),
    (
        PartyKind::Slaughterhouse,
        &["屠宰企业", "屠宰场", "slaughterhouse"],
    ),
    (
        PartyKind::Processor,
        &["食品生产企业", "食品生产者", "生产企业", "processor"],
    ),
    (PartyKind::Workshop, &["小作坊", "食品小作坊", "workshop"]),
    (PartyKind::Carrier, &["承运人", "运输企业", "carrier"]),
    (
        PartyKind::Warehouse,
        &["仓储服务", "仓储企业", "冷库", "warehouse"],
    ),
    (
        PartyKind::WholesaleMarket,
        &["批发市场", "wholesale_market"],
    ),
    (PartyKind::Wholesaler, &["批发商", "wholesaler"]),
    (
        PartyKind::Retailer,
        &["零售商", "食品销售者", "超市", "retailer"],
    ),
    (
        PartyKind::Caterer,
        &["餐饮服务", "餐饮服务提供者", "餐饮企业", "caterer"],
    ),
    (
        PartyKind::Canteen,
        &["集中用餐单位食堂", "单位食堂", "食堂", "canteen"],
    ),
    (PartyKind::Platform, &["网络平台", "platform"]),
    (PartyKind::Importer, &["进口商", "importer"]),
    (PartyKind::Lab, &["检验机构", "lab"]),
    (PartyKind::Regulator, &["市场监管部门", "regulator"]),
    (
        PartyKind::AnimalHealth,
        &["农业农村部门", "动物卫生监督机构", "animal_health"],
    ),
    (PartyKind::Customs, &["海关", "customs"]),
];

/// Kinds of site, with the words for each.
const SITES: [(SiteKind, &[&str]); 12] = [
    (
        SiteKind::Farm,
        &["养殖场", "种植基地", "养殖场、种植基地", "基地", "farm"],
    ),
    (
        SiteKind::SlaughterLine,
        &["屠宰线", "屠宰场", "slaughter_line"],
    ),
    (
        SiteKind::Plant,
        &["分割、加工车间", "加工车间", "车间", "工厂", "plant"],
    ),
    (SiteKind::Depot, &["车辆停放与调度点", "车场", "depot"]),
    (
        SiteKind::Warehouse,
        &["冷库、仓库", "冷库", "仓库", "warehouse"],
    ),
    (SiteKind::Market, &["批发市场入场点", "批发市场", "market"]),
    (SiteKind::Booth, &["摊位", "booth"]),
    (SiteKind::Shop, &["门店", "超市", "商店", "shop"]),
    (
        SiteKind::Kitchen,
        &["食堂、厨房", "食堂", "厨房", "餐厅", "kitchen"],
    ),
    (SiteKind::Laboratory, &["实验室", "laboratory"]),
    (SiteKind::Port, &["口岸监管区", "口岸", "port"]),
    (SiteKind::Office, &["办公场所", "办公室", "office"]),
];

/// Kinds of licence, with the words for each.
const LICENCES: [(LicenceKind, &[&str]); 9] = [
    (
        LicenceKind::FoodProduction,
        &["食品生产许可证", "food_production"],
    ),
    (
        LicenceKind::FoodOperation,
        &["食品经营许可证", "food_operation"],
    ),
    (
        LicenceKind::PrepackagedFiling,
        &["仅销售预包装食品备案", "prepackaged_filing"],
    ),
    (
        LicenceKind::Slaughter,
        &["生猪定点屠宰证", "定点屠宰证", "slaughter"],
    ),
    (
        LicenceKind::AnimalEpidemicPrevention,
        &["动物防疫条件合格证", "animal_epidemic_prevention"],
    ),
    (
        LicenceKind::RoadTransport,
        &["道路运输经营许可证", "road_transport"],
    ),
    (LicenceKind::StorageFiling, &["仓储备案", "storage_filing"]),
    (
        LicenceKind::Cma,
        &["检验检测机构资质认定", "资质认定", "cma"],
    ),
    (LicenceKind::Other, &["其他", "other"]),
];

fn find<K: Copy>(table: &[(K, &[&str])], word: &str) -> Option<K> {
    let lower = word.to_lowercase();
    let row = table
        .iter()
        .find(|(_, words)| words.contains(&lower.as_str()));
    row.map(|(kind, _)| *kind)
}

fn firsts<K>(table: &[(K, &[&str])]) -> String {
    let firsts: Vec<&str> = table
        .iter()
        .filter_map(|(_, words)| words.first().copied())
        .collect();
    firsts.join("、")
}

/// A kind of party. The registrar is none of a register.
pub(super) fn party_kind(word: &str) -> Option<PartyKind> {
    find(&PARTIES, word)
}

/// A kind of site.
pub(super) fn site_kind(word: &str) -> Option<SiteKind> {
    find(&SITES, word)
}

/// A kind of licence.
pub(super) fn licence_kind(word: &str) -> Option<LicenceKind> {
    find(&LICENCES, word)
}

/// The words for kinds of party that are shown to whoever wrote another.
pub(super) fn party_kinds() -> String {
    firsts(&PARTIES)
}

/// The same of sites.
pub(super) fn site_kinds() -> String {
    firsts(&SITES)
}

/// The same of licences.
pub(super) fn licence_kinds() -> String {
    firsts(&LICENCES)
}

/// The division with a name, alone or with those above it, if one and only one has it.
pub(in crate::core) fn county_named(name: &str) -> Option<Division> {
    let fits = |division: &Division| {
        division.level() == DivisionLevel::County
            && (division.name() == name || division.full_name() == name)
    };
    // A code that is out of use gave its name to another one, so the newest stands for the name.
    let found: Vec<Division> = Division::all().filter(fits).collect();
    let in_use = |division: &&Division| division.years().1.is_none();
    let mut current = found.iter().filter(in_use);
    match (current.next(), current.next(), found.as_slice()) {
        (Some(one), None, _) => Some(*one),
        (None, None, [one]) => Some(*one),
        _ => None,
    }
}
