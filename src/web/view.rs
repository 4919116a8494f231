//! What the templates of the pages of a code are given.

use super::lang::Lang;
use super::lost::Lost;
use super::respond::{CSS, SCRIPT};
use super::{assets, chart, rail};
use crate::app::node::Node;
use crate::app::show::Shown;
use crate::app::trace::Question;
use crate::core::ids::LotCode;
use crate::core::picture::{Chart, EVIDENCE_MAX, Evidence, Stop, Who};
use crate::core::record::{BlobHash, RecordId};
use crate::core::rules::paper::{PlainWords, Standing, plain_words};
use crate::core::text::Bilingual;
use crate::core::time::ChinaDate;
use crate::core::verdict::{Finding, PaperSeen, State};
use actix_web::HttpRequest;
use askama::Template;

/// Findings and papers that a page lists at most; how many more there are is said.
const LISTED_MAX: usize = 40;

/// Characters of a text of theirs that a page shows at most. Records are limited, too; this bounds
/// what a page becomes.
const TEXT_CHARS_MAX: usize = 300;

/// Renders a page.
pub(super) fn render(page: &impl Template) -> String {
    page.render().unwrap_or_else(|cause| {
        tracing::error!(%cause, "a template failed");
        String::new()
    })
}

/// A statement in both languages, or a reference to one: templates make both.
pub(super) trait Words {
    fn both(&self) -> &Bilingual;
}

impl Words for Bilingual {
    fn both(&self) -> &Bilingual {
        self
    }
}

impl<T: Words> Words for &T {
    fn both(&self) -> &Bilingual {
        (**self).both()
    }
}

/// What every page has.
pub(super) struct Frame {
    pub lang: Lang,
    pub title: String,
    /// Where the page is in the other language.
    pub other: String,
    pub css: &'static str,
    pub script: &'static str,
}

impl Frame {
    /// The frame of a page at this path, whose query, without a language, is `query`.
    pub(super) fn new(lang: Lang, title: String, path: &str, query: &str) -> Self {
        let other = match lang {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        };
        let and = if query.is_empty() { "" } else { "&" };
        Self {
            lang,
            title,
            other: format!("{path}?{query}{and}lang={}", other.code()),
            css: CSS,
            script: SCRIPT,
        }
    }
}

/// Papers of one kind that stand alike.
struct PaperGroup<'a> {
    words: &'a Bilingual,
    standing_words: &'a Bilingual,
    plain: Option<PlainWords>,
    papers: Vec<&'a PaperSeen>,
}

/// The page of a lot.
#[derive(Template)]
#[template(path = "lot.html")]
pub(super) struct LotPage {
    pub frame: Frame,
    pub lot: LotCode,
    pub at: Option<String>,
    pub shown: Shown,
    pub origin: String,
    pub today: ChinaDate,
    pub lanes: usize,
    pub can_verify: bool,
    /// The serial number of an item of which nothing is recorded by itself.
    pub item: Option<String>,
}

impl LotPage {
    pub(super) fn of(node: &Node, lang: Lang, question: &Question, shown: Shown) -> Self {
        let lot = question.lot.clone();
        let at = question.at.map(|site| site.to_string());
        let name = shown.picture.product.as_ref().map(|product| &*product.name);
        let headline = lang.of(&shown.verdict.headline);
        let title = format!("{} · {headline}", name.unwrap_or(lot.as_str()));
        let query = at.as_ref().map(|at| format!("at={at}")).unwrap_or_default();
        Self {
            frame: Frame::new(lang, title, &format!("/{lot}"), &query),
            lanes: rail::lanes(&shown.picture.stops),
            today: shown.verdict.judged_at.china_date(),
            origin: node.origin().to_string(),
            can_verify: assets::can_verify(),
            item: None,
            lot,
            at,
            shown,
        }
    }

    /// The same, asked for by the serial number of an item.
    pub(super) fn with_item(mut self, serial: Option<String>) -> Self {
        self.item = serial;
        self
    }

    /// How well papers stand, each way that occurs.
    fn standings(&self) -> Vec<(&Bilingual, Standing)> {
        let mut found: Vec<(&Bilingual, Standing)> = Vec::new();
        for paper in &self.shown.verdict.papers {
            if found.iter().all(|(_, known)| *known != paper.standing) {
                found.push((&paper.standing_words, paper.standing));
            }
        }
        found
    }

    /// When the page was made.
    pub(super) fn as_of(&self) -> String {
        self.shown.verdict.judged_at.china_minute()
    }

    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.frame.lang.t(zh, en)
    }

    fn of_words(&self, text: impl Words) -> String {
        self.frame.lang.of(text.both()).to_owned()
    }

    /// The query that names the place.
    fn place_query(&self) -> String {
        self.at
            .as_ref()
            .map(|at| format!("?at={at}"))
            .unwrap_or_default()
    }

    /// The same after other members.
    fn and_place(&self) -> String {
        self.at
            .as_ref()
            .map(|at| format!("&at={at}"))
            .unwrap_or_default()
    }

    /// Why the state is what it is, in a line.
    fn reason(&self) -> String {
        let verdict = &self.shown.verdict;
        let gravest = verdict.findings.first();
        match (verdict.state, gravest) {
            (State::Complete | State::Unknown, _) | (_, None) => {
                self.of_words(&verdict.handovers.text)
            }
            (_, Some(finding)) => self.of_words(&finding.text),
        }
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.shown.verdict.findings.iter().take(LISTED_MAX)
    }

    fn more_findings(&self) -> usize {
        self.shown.verdict.findings.len().saturating_sub(LISTED_MAX)
    }

    /// Papers of one kind and standing together: what such a paper proves is said once.
    fn paper_groups(&self) -> Vec<PaperGroup<'_>> {
        let mut groups: Vec<PaperGroup<'_>> = Vec::new();
        for paper in self.shown.verdict.papers.iter().take(LISTED_MAX) {
            let is_alike = |group: &&mut PaperGroup<'_>| {
                let first = group.papers.first();
                first.is_some_and(|first| {
                    (first.kind, first.standing) == (paper.kind, paper.standing)
                })
            };
            match groups.iter_mut().find(is_alike) {
                Some(group) => group.papers.push(paper),
                None => groups.push(PaperGroup {
                    words: &paper.words,
                    standing_words: &paper.standing_words,
                    plain: plain_words(paper.kind),
                    papers: vec![paper],
                }),
            }
        }
        groups
    }

    fn more_papers(&self) -> usize {
        self.shown.verdict.papers.len().saturating_sub(LISTED_MAX)
    }

    /// Who said what, for as many records of a finding as are shown.
    fn evidence<'a>(
        &'a self,
        finding: &'a Finding,
    ) -> impl Iterator<Item = (&'a RecordId, &'a Evidence)> {
        let ids = finding.evidence.iter().take(EVIDENCE_MAX);
        ids.filter_map(|id| Some((id, self.shown.picture.evidence.get(id)?)))
    }

    /// Who put a paper on record, which is not always who issued it.
    fn teller(&self, paper: &PaperSeen) -> String {
        let told = self.shown.picture.evidence.get(&paper.id);
        told.map(|told| self.who(&told.who)).unwrap_or_default()
    }

    /// The pictures and documents that a paper names for everybody: with the media type of those that
    /// are here.
    fn files<'a>(&'a self, paper: &PaperSeen) -> Vec<(&'a BlobHash, Option<&'a str>)> {
        let told = self.shown.picture.evidence.get(&paper.id);
        let named = told.into_iter().flat_map(|told| &told.files);
        named
            .map(|hash| (hash, self.shown.files.get(hash).map(String::as_str)))
            .collect()
    }

    /// A party in words.
    fn who(&self, who: &Who) -> String {
        match who.is_person {
            false => short(&who.name),
            true => format!(
                "{} {}",
                self.t("自然人,编号", "natural person, no."),
                who.name
            ),
        }
    }

    /// Whether the way says elsewhere where somebody was: then their name need not stand at their
    /// signature, too.
    fn has_a_stop(&self, who: &Who) -> bool {
        let mut stops = self.shown.picture.stops.iter();
        stops.any(|stop| stop.who.as_ref() == Some(who))
    }

    /// Days of shelf life that are left.
    fn left(&self, best_before: &ChinaDate) -> String {
        let days = best_before.days_since(self.today);
        let zh = match days {
            0 => "今天到期".to_owned(),
            1.. => format!("还剩 {days} 天"),
            _ => format!("已过 {} 天", days.abs()),
        };
        let en = match days {
            0 => "last day today".to_owned(),
            1.. => format!("{days} days left"),
            _ => format!("{} days past", days.abs()),
        };
        self.t(&zh, &en).to_owned()
    }

    fn rail(&self, stop: &Stop) -> String {
        rail::piece(stop, self.lanes)
    }

    /// What a chart shows, in words.
    fn chart_words(&self, chart: &Chart) -> String {
        let report = &chart.report;
        let mut words = self.of_words(&chart.words);
        if let (Some(min), Some(max)) = (report.min_c, report.max_c) {
            let (lowest, highest) = (self.t("最低", "lowest"), self.t("最高", "highest"));
            words.push_str(&format!(" · {lowest} {min} °C · {highest} {max} °C"));
        }
        words
    }

    fn svg(&self, chart: &Chart) -> String {
        chart::svg(chart, self.frame.lang, &self.chart_words(chart))
    }

    /// The temperatures that are asked for.
    fn range(&self, chart: &Chart) -> String {
        let is_reference = chart.limits.is_open();
        let range = if is_reference {
            chart.reference
        } else {
            chart.limits
        };
        let degrees = match (range.min_c, range.max_c) {
            (Some(min), Some(max)) => format!("{min}…{max} °C"),
            (Some(min), None) => format!("≥ {min} °C"),
            (None, Some(max)) => format!("≤ {max} °C"),
            (None, None) => self.t("没有要求", "none").to_owned(),
        };
        match is_reference {
            true => format!("{degrees}{}", self.t("(仅供参考)", " (for reference)")),
            false => degrees,
        }
    }
}

/// A text of a party, cut where it is overlong.
pub(super) fn short(text: impl AsRef<str>) -> String {
    let mut chars = text.as_ref().chars();
    let kept: String = chars.by_ref().take(TEXT_CHARS_MAX).collect();
    match chars.next() {
        None => kept,
        Some(_more) => kept + "…",
    }
}

/// The page of a code that is not here.
#[derive(Template)]
#[template(path = "lost.html")]
pub(super) struct LostPage {
    pub frame: Frame,
    pub lot: Option<String>,
    pub lost: Lost,
}

impl LostPage {
    pub(super) fn of(lang: Lang, request: &HttpRequest, lot: Option<&LotCode>, lost: Lost) -> Self {
        let words = lost.headline();
        let query = request.query_string().split('&');
        let place = query.clone().find(|member| member.starts_with("at="));
        Self {
            frame: Frame::new(
                lang,
                lang.of(&words).to_owned(),
                request.path(),
                place.unwrap_or(""),
            ),
            lot: lot.map(ToString::to_string),
            lost,
        }
    }

    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.frame.lang.t(zh, en)
    }

    fn of_words(&self, text: impl Words) -> String {
        self.frame.lang.of(text.both()).to_owned()
    }
}

/// The page where a code can be typed.
#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct HomePage {
    pub frame: Frame,
    pub origin: String,
}

impl HomePage {
    pub(super) fn of(lang: Lang, node: &Node) -> Self {
        let title = lang.t(
            "食溯 · 查一查这份食品的来历",
            "Shisu · where this food comes from",
        );
        Self {
            frame: Frame::new(lang, title.to_owned(), "/", ""),
            origin: node.origin().to_string(),
        }
    }

    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.frame.lang.t(zh, en)
    }
}
