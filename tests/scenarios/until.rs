//! Until when a verdict says that it holds: for every journey, at every minute around some nights
//! and around midnight for a year, it is the verdict that would be given then.

use super::asked::input;
use super::book::{Book, scripted, today};
use shisu::app::scenario::{Cast, Journey};
use shisu::core::time::UnixSeconds;
use shisu::core::trace::{Direction, Graph, Limits, Subject, trace};
use shisu::core::verdict::{Judged, Scope, judge_until};

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 3_600;

/// Minutes to look at: those of the hours around three midnights, then three around each for a year.
fn minutes() -> Vec<UnixSeconds> {
    let midnight = today().begins();
    let near = (0..3_u64).flat_map(|day| (0..120).map(move |minute| (day * DAY, minute)));
    let near = near.map(|(day, minute)| midnight.plus(day + minute * MINUTE));
    let far = (3..370_u64).flat_map(|day| (0..3).map(move |minute| (day * DAY, minute)));
    let far = far.map(|(day, minute)| midnight.plus(day + minute * MINUTE).minus(MINUTE));
    near.map(|at| at.minus(60 * MINUTE)).chain(far).collect()
}

#[test]
fn a_verdict_is_the_same_until_the_moment_it_says() {
    let book = Book::of(&scripted(today()));
    let input = input(&book);
    let graph = Graph::build(&input);
    let cast = Cast::embedded().unwrap();
    let (mut kept, mut changed) = (0, 0);
    for journey in Journey::embedded().unwrap() {
        let site = journey
            .at
            .as_deref()
            .map(|name| cast.site(&journey.key, name).unwrap().id);
        for at in [None, site] {
            let subject = Subject {
                lot: journey.lot.clone(),
                origin: None,
                at,
            };
            let found = trace(&graph, &subject, Direction::Back, &Limits::default());
            let mut last: Option<Judged> = None;
            for now in minutes() {
                let mut judged = judge_until(&found, &graph, now, Scope::Full);
                judged.verdict.judged_at = UnixSeconds::default();
                match &last {
                    Some(last) if last.until.is_none_or(|until| now < until) => {
                        assert_eq!(
                            judged.verdict, last.verdict,
                            "{} {at:?} {now:?}",
                            journey.key
                        );
                        kept += 1;
                    }
                    Some(last) => changed += u32::from(judged.verdict != last.verdict),
                    None => {}
                }
                if last
                    .as_ref()
                    .is_none_or(|last| last.until.is_some_and(|until| until <= now))
                {
                    last = Some(judged);
                }
            }
        }
    }
    assert!(kept > 5_000, "{kept}");
    assert!(changed > 5, "{changed}");
}
