//! Keys under suspicion 密钥存疑: a revocation undoes nothing, but what was signed since the day from
//! which the key is suspect is no longer proof.

use crate::core::custody::FindingCode;
use crate::core::record::RecordId;
use crate::core::text::Bilingual;
use crate::core::verdict::Weight;
use crate::core::verdict::case::Case;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    let mut ids: Vec<RecordId> = Vec::new();
    for step in case.steps() {
        ids.push(step.id);
        ids.extend(&step.legs);
    }
    ids.extend(case.papers.iter().map(|paper| paper.id));
    for id in ids {
        let Some(entry) = case.graph.entry_of(&id) else {
            continue;
        };
        match case.graph.input().keys.get(&entry.record.kid) {
            Some(key) => {
                let suspect = key.suspect_since.filter(|_| key.revoked.is_some());
                if suspect.is_some_and(|since| since <= entry.record.claims.iat) {
                    let code = FindingCode::SuspectKey;
                    case.find(Weight::Unproven, code.code(), code.explain(), &[id]);
                }
            }
            None => {
                let text = Bilingual::new(
                    "签名密钥的登记信息不在手头",
                    "the registration of the signing key is not at hand",
                );
                case.find(Weight::Unproven, "key_not_at_hand", text, &[id]);
            }
        }
    }
}
