//! What a lot is, as the record that brought it into being says.

use super::stop::Who;
use crate::core::ids::LotCode;
use crate::core::record::body::LotInfo;
use crate::core::record::{Body, RecordId};
use crate::core::rules::product::ProductClass;
use crate::core::time::ChinaDate;
use crate::core::trace::{Graph, Trace};

/// What a lot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// The record that says so.
    pub record: RecordId,
    /// The lot.
    pub lot: LotCode,
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: ProductClass,
    /// Variety.
    pub variety: Option<String>,
    /// Size of the package.
    pub spec: Option<String>,
    /// Brand.
    pub brand: Option<String>,
    /// Batch number as printed, where it is not the code's own.
    pub batch: Option<String>,
    /// Standard of the product.
    pub standard: Option<String>,
    /// Production licence.
    pub licence: Option<String>,
    /// Day of harvest, slaughter or production.
    pub made_on: ChinaDate,
    /// Last day of shelf life.
    pub best_before: Option<ChinaDate>,
    /// Province, city and county of origin.
    pub origin: Option<String>,
    /// Country of origin, for goods from abroad.
    pub country: Option<String>,
    /// Who says so.
    pub maker: Who,
    /// For whom the maker signed: a smallholder, or the owner of animals that were slaughtered.
    pub on_behalf_of: Option<Who>,
    /// Origins that other records claim for the same code.
    pub other_origins: usize,
}

/// The product of the subject of a trace.
pub(super) fn product(trace: &Trace, graph: &Graph<'_>) -> Option<Product> {
    let mut own = trace.lots.iter().filter(|lot| !lot.ancestor);
    let lot = &own.next()?.lot;
    let info = graph.lot_info(&lot.origin)?;
    let entry = graph.entry_of(&lot.origin.0)?;
    let behalf = match &entry.record.body {
        Body::Transform(body) => body.on_behalf_of.or(body.owner),
        body => body.on_behalf_of(),
    };
    Some(Product {
        record: lot.origin.0,
        lot: lot.code.clone(),
        maker: Who::of(graph, &entry.record.claims.iss),
        on_behalf_of: behalf.map(|party| Who::of(graph, &party)),
        other_origins: own.count(),
        ..described(info, &lot.code, lot.origin.0)
    })
}

fn described(info: &LotInfo, lot: &LotCode, record: RecordId) -> Product {
    let text = |name: &Option<crate::core::record::words::Name>| {
        name.as_ref().map(std::string::ToString::to_string)
    };
    Product {
        record,
        lot: lot.clone(),
        name: info.name.to_string(),
        class: info.class,
        variety: text(&info.variety),
        spec: text(&info.spec),
        brand: text(&info.brand),
        batch: text(&info.batch)
            .filter(|printed| lot.batch().is_none_or(|own| own.to_string() != *printed)),
        standard: text(&info.standard),
        licence: text(&info.licence),
        made_on: info.made_on,
        best_before: info.best_before,
        origin: info.origin.map(|county| county.full_name()),
        country: info.country.map(|country| country.as_str().to_owned()),
        maker: Who::default(),
        on_behalf_of: None,
        other_origins: 0,
    }
}
