//! The demo: nine invented journeys, told in their own time into a fresh ledger with keys that
//! everybody knows, then traced and judged.

use super::AppError;
use super::clock::{Clock, SetClock};
use super::home::Home;
use super::init::{Beginning, Keys, init};
use super::ledger::{Ledger, Options, Outcome};
use super::link_host::link_under;
use super::scenario::{Cast, Journey, NodeIdentity, ScenarioError, Script, demo_identity, script};
use super::trace::{Question, Tracer};
use crate::core::ids::{LotCode, SiteId};
use crate::core::record::words::Name;
use crate::core::text::{Bilingual, Explain as _};
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::core::trace::{Direction, TreeNode};
use crate::core::verdict::Verdict;
use serde::Serialize;
use std::path::Path;

/// Host of the demo's links. It is invented, as everything in the demo.
pub const HOST: &str = "zhejiang.shisu.example";

/// Hour in China after which the day's journeys have ended.
const DAY_ENDS_S: u64 = 8 * 3600;

/// One journey, loaded and judged.
#[derive(Debug, Serialize)]
pub struct Told {
    /// Title.
    pub name: Bilingual,
    /// What happens.
    pub story: Bilingual,
    /// The lot asked about.
    pub lot: LotCode,
    /// What its QR code says.
    pub link: String,
    /// The verdict on the lot upstream.
    pub verdict: Verdict,
    /// The site where somebody asks, and the verdict there.
    pub at_site: Option<(SiteId, Verdict)>,
    /// The trace to draw.
    pub tree: TreeNode,
}

/// What loading did.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Loaded {
    /// Records submitted and accepted.
    pub records: usize,
    /// Whether the ledger was there before and was left as it was.
    pub was_there: bool,
}

/// Makes the demo's ledger in `dir` and loads the journeys. A ledger that is there already is
/// left as it is, if it is the demo's.
///
/// # Errors
/// Another ledger in the folder, or whatever keeps records from being admitted.
pub fn load(dir: &Path, progress: &dyn Fn(usize, usize)) -> Result<Loaded, AppError> {
    let identity = demo_identity().map_err(|error| scenario(&error))?;
    let options = Options::of(Home::at(dir));
    if options.home.is_ledger() {
        if options.home.description()?.origin != identity.origin {
            return Err(AppError::LedgerExists {
                path: dir.to_path_buf(),
            });
        }
        return Ok(Loaded {
            records: 0,
            was_there: true,
        });
    }
    let script = told_script(&identity)?;
    load_script(dir, &script, progress)?;
    Ok(Loaded {
        records: script.events.len(),
        was_there: false,
    })
}

/// Makes a ledger of the demo's node in `dir` and submits a script to it, each event at its own time.
///
/// # Errors
/// Whatever keeps a record from being admitted.
pub fn load_script(
    dir: &Path,
    script: &Script,
    progress: &dyn Fn(usize, usize),
) -> Result<(), AppError> {
    let identity = demo_identity().map_err(|error| scenario(&error))?;
    let mut options = Options::of(Home::at(dir));
    let first = script
        .events
        .first()
        .map_or_else(|| Clock::System.now(), |event| event.at);
    let clock = SetClock::at(first);
    options.clock = Clock::Set(clock.clone());
    init(&options, &beginning(&identity)?, &keys(&identity))?;
    let ledger = Ledger::open(&options)?;
    submit_all(&ledger, script, &clock, progress)?;
    ledger.close();
    Ok(())
}

/// Submits the events of a script, each at its own time; events of one moment go together.
fn submit_all(
    ledger: &Ledger,
    script: &Script,
    clock: &SetClock,
    progress: &dyn Fn(usize, usize),
) -> Result<(), AppError> {
    let mut done = 0_usize;
    for together in script.events.chunk_by(|a, b| a.at == b.at) {
        let Some(at) = together.first().map(|event| event.at) else {
            continue;
        };
        clock.set(at);
        let texts: Vec<String> = together.iter().map(|event| event.sd_jwt.clone()).collect();
        for (event, outcome) in together.iter().zip(ledger.submit(&texts)?) {
            match outcome {
                Outcome::Accepted(_) | Outcome::Duplicate(_) => {}
                Outcome::Refused(refusal) => {
                    let place = format!("{}:{}", event.journey, event.step);
                    return Err(AppError::Input(format!(
                        "{place}: {} {refusal}",
                        refusal.code()
                    )));
                }
                Outcome::Parked { .. } | Outcome::Withheld => {
                    return Err(AppError::Input(format!("{}: not admitted", event.step)));
                }
            }
        }
        done = done.saturating_add(together.len());
        progress(done, script.events.len());
    }
    Ok(())
}

/// Traces and judges every journey.
///
/// # Errors
/// What the database reports.
pub fn tell(dir: &Path) -> Result<Vec<Told>, AppError> {
    let tracer = Tracer::open(&Options::of(Home::at(dir)))?;
    let cast = Cast::embedded().map_err(|error| scenario(&error))?;
    let journeys = Journey::embedded().map_err(|error| scenario(&error))?;
    journeys
        .iter()
        .map(|journey| tell_one(&tracer, &cast, journey))
        .collect()
}

fn tell_one(tracer: &Tracer, cast: &Cast, journey: &Journey) -> Result<Told, AppError> {
    let site = match &journey.at {
        Some(name) => Some(
            cast.site(&journey.key, name)
                .map_err(|error| scenario(&error))?
                .id,
        ),
        None => None,
    };
    let ask = |at| {
        tracer.ask(&Question {
            lot: journey.lot.clone(),
            at,
            direction: Direction::Back,
        })
    };
    let upstream = ask(None)?;
    let (at_site, tree) = match site {
        Some(site) => {
            let answer = ask(Some(site))?;
            (Some((site, answer.verdict)), answer.tree)
        }
        None => (None, upstream.tree),
    };
    Ok(Told {
        name: journey.name.clone(),
        story: journey.story.clone(),
        lot: journey.lot.clone(),
        link: link(&journey.lot, site.as_ref()),
        verdict: upstream.verdict,
        at_site,
        tree,
    })
}

/// What the QR code of a lot says: its GS1 Digital Link, and where it was scanned.
#[must_use]
pub fn link(lot: &LotCode, at: Option<&SiteId>) -> String {
    let canonical = link_under(HOST, lot);
    match at {
        Some(site) => format!("{canonical}?at={site}"),
        None => canonical,
    }
}

fn told_script(identity: &NodeIdentity) -> Result<Script, AppError> {
    let cast = Cast::embedded().map_err(|error| scenario(&error))?;
    let journeys = Journey::embedded().map_err(|error| scenario(&error))?;
    script(&cast, &journeys, identity, day_told(Clock::System.now()))
        .map_err(|error| scenario(&error))
}

/// The day on which the journeys end: today, once its morning is over in China.
fn day_told(now: UnixSeconds) -> ChinaDate {
    now.minus(DAY_ENDS_S).china_date()
}

fn beginning(identity: &NodeIdentity) -> Result<Beginning, AppError> {
    Ok(Beginning {
        origin: identity.origin.clone(),
        province: identity.province,
        registrar: identity.registrar,
        registrar_name: Name::new(&identity.registrar_name)
            .ok_or_else(|| AppError::Input("name of the registrar".into()))?,
    })
}

fn keys(identity: &NodeIdentity) -> Keys {
    Keys {
        log: identity.log_key.clone(),
        node: identity.node_key.clone(),
        registrar: identity.registrar_key.clone(),
    }
}

fn scenario(error: &ScenarioError) -> AppError {
    AppError::Input(error.explain().to_string())
}
