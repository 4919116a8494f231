//! Keeping up with entries that somebody else appended: what they say of themselves is taken up,
//! what they changed and do not say is forgotten, and everything else stays remembered.
//!
//! What is forgotten is loaded again when it is needed, so forgetting more than necessary is no
//! harm; forgetting less would be. Whatever [`apply`](Working::apply) changes of facts that were
//! there before must therefore be renewed or forgotten here.

use super::keys::{EntryKey, MoveKey};
use super::state::{EntryFacts, Feed, PaperNumber, Working};
use crate::core::record::{Body, Direction, Record};

impl Working {
    /// Takes up one entry that was admitted elsewhere, in the order of the log. Follow the entries
    /// with [`forget_changed`](Self::forget_changed).
    pub fn follow(&mut self, record: &Record, entry: EntryKey) {
        self.follow_feed(record);
        let claims = &record.claims;
        self.entries.put(
            record.id,
            EntryFacts {
                key: entry,
                kind: claims.kind,
                kid: record.kid,
                seq: claims.seq,
                party: claims.iss,
                site: claims.site,
            },
        );
        // A line that comes in and answers none is the origin of a lot with this code.
        for line in claims.moves.iter() {
            if line.op == Direction::In && line.of.is_none() {
                self.codes.forget(&line.lot);
            }
        }
        match &record.body {
            Body::RegisterParty(body) => self.parties.forget(&body.party),
            Body::RegisterSite(body) => self.sites.forget(&body.site),
            Body::AddKey(body) => self.keys.forget(&body.jwk.kid()),
            Body::RevokeKey(body) => self.keys.forget(&body.key),
            Body::Receive(_) => self.arrivals.clear(),
            Body::Certify(body) => {
                if let Some(number) = PaperNumber::of(body) {
                    self.numbers.forget(&number);
                }
            }
            _ => {}
        }
    }

    /// Forgets what followed entries changed of earlier ones: lines that theirs answer, and the
    /// papers, shipments, holds and recalls that they cite.
    pub fn forget_changed(&mut self, answered: &[MoveKey], cited: &[EntryKey]) {
        for line in answered {
            self.moves.forget(line);
        }
        for entry in cited {
            self.papers.forget(entry);
            self.shipments.forget(entry);
            self.ended.forget(entry);
        }
        // Loaded for one batch.
        self.used.clear();
    }

    /// A feed that is not remembered stays so: from one record nobody can tell where it stands.
    fn follow_feed(&mut self, record: &Record) {
        let Some(feed) = self.feeds.touch(record.kid) else {
            return;
        };
        feed.take(record);
    }
}

impl Feed {
    /// Goes on to a record of the feed that was admitted.
    pub(super) fn take(&mut self, record: &Record) {
        let (seq, claims) = (record.claims.seq, &record.claims);
        let anchored_here = claims.prev.map(|_| seq);
        self.anchored = match (self.anchored, anchored_here) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if seq > self.seq_max {
            self.seq_max = seq;
            self.last = record.id;
        }
    }
}
