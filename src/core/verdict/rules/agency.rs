//! For whom goods were taken out 代办: an agent that sends, uses or ends goods for a smallholder draws
//! on goods that came in for that smallholder. What the agent's own goods or another's are mixed up
//! with shows here; nothing on record says how they became that party's.

use crate::core::ids::PartyId;
use crate::core::record::{Body, LineRef, Record, RecordId};
use crate::core::text::Bilingual;
use crate::core::verdict::Weight;
use crate::core::verdict::case::Case;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    for step in case.steps() {
        let Some(entry) = case.graph.entry(step.place) else {
            continue;
        };
        let Some(party) = entry.record.body.on_behalf_of() else {
            continue;
        };
        let mut evidence: Vec<RecordId> = Vec::new();
        for line in case.lines(step) {
            let debited = line.of.filter(|_| !line.role.is_credit());
            let brought = debited.and_then(|LineRef(id, _)| case.graph.entry_of(&id));
            let brought = brought.map(|entry| &entry.record);
            if let Some(brought) = brought.filter(|brought| !is_for(brought, &party)) {
                evidence.push(brought.id);
            }
        }
        if evidence.is_empty() {
            continue;
        }
        evidence.push(step.id);
        let text = Bilingual::new(
            "代办出库的货，入库时记在另一主体名下",
            "taken out for one party, and on record as another's when it came in",
        );
        case.find(Weight::Unproven, "goods_of_other", text, &evidence);
    }
}

/// Whether what a record brought in is this party's: it was signed by them or for them, or made of
/// animals that they had slaughtered.
fn is_for(record: &Record, party: &PartyId) -> bool {
    let owner = match &record.body {
        Body::Transform(body) => body.owner,
        _ => None,
    };
    let whose = record.body.on_behalf_of().unwrap_or(record.claims.iss);
    whose == *party || owner == Some(*party)
}
