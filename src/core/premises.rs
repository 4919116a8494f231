//! The colour of a shop's page 一企一码: a rule that is published with the page, over what the
//! records say, and of nothing else.

use crate::core::text::Bilingual;
use crate::core::time::ChinaDate;
use crate::core::verdict::State;

/// The colour of premises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Colour {
    /// Nothing is on record by which to tell.
    Grey,
    /// Nothing of what follows.
    Green,
    /// Something is incomplete.
    Yellow,
    /// Goods are called back or blocked.
    Red,
}

impl Colour {
    /// The word for it.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (zh, en) = match self {
            Self::Grey => ("灰:近来没有记录", "grey: nothing on record lately"),
            Self::Green => ("绿:记录里没有问题", "green: nothing found in the records"),
            Self::Yellow => ("黄:记录不完整或有异常", "yellow: records incomplete or odd"),
            Self::Red => ("红:有召回或封存", "red: recalled or blocked goods"),
        };
        Bilingual::new(zh, en)
    }
}

/// What is known of premises.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// They are enrolled as closed.
    pub is_closed: bool,
    /// Something holds or recalls all of the premises, and has not ended.
    pub is_blocked: bool,
    /// Verdicts on the lots that came lately, at these premises.
    pub states: Vec<State>,
    /// Whether the last inspection on record passed.
    pub inspection_passed: Option<bool>,
    /// Last days of the licences on record.
    pub licences_until: Vec<ChinaDate>,
}

/// The rule in words: what is shown beside every colour.
#[must_use]
pub fn rule() -> [(Colour, Bilingual); 4] {
    let say = |colour: Colour, zh: &str, en: &str| (colour, Bilingual::new(zh, en));
    [
        say(
            Colour::Red,
            "场所被封存或召回而未结束,或者近来收到的批次中有未结束的召回或封存",
            "the premises, or a lot that came lately, are under an open recall or hold",
        ),
        say(
            Colour::Yellow,
            "场所登记为停业,记录里的许可证已过期,最近一次检查不合格,或者近来收到的批次中有过期、异常或缺失",
            "enrolled as closed, a licence on record has run out, the last inspection failed, or a lot that came lately is past its shelf life, odd or has gaps",
        ),
        say(
            Colour::Green,
            "以上都没有,并且近来有收货记录",
            "none of these, and goods came lately",
        ),
        say(
            Colour::Grey,
            "近来没有收货记录",
            "no goods came lately by the records",
        ),
    ]
}

/// The colour by that rule.
#[must_use]
pub fn colour(known: &Known, today: ChinaDate) -> Colour {
    let has = |wanted: &[State]| known.states.iter().any(|state| wanted.contains(state));
    if known.is_blocked || has(&[State::Recalled, State::Held]) {
        return Colour::Red;
    }
    let has_run_out = known.licences_until.iter().any(|until| *until < today);
    let is_odd = has(&[State::Expired, State::Anomaly, State::Missing]);
    if known.is_closed || has_run_out || is_odd || known.inspection_passed == Some(false) {
        return Colour::Yellow;
    }
    match known.states.is_empty() {
        true => Colour::Grey,
        false => Colour::Green,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(known: &Known) -> Colour {
        colour(known, ChinaDate::from_ymd(2026, 11, 21).unwrap())
    }

    fn with(states: &[State]) -> Known {
        Known {
            states: states.to_vec(),
            ..Known::default()
        }
    }

    #[test]
    fn the_gravest_gives_the_colour() {
        assert_eq!(of(&with(&[])), Colour::Grey);
        assert_eq!(
            of(&with(&[State::Complete, State::Unproven])),
            Colour::Green
        );
        assert_eq!(
            of(&with(&[State::Complete, State::Missing])),
            Colour::Yellow
        );
        let both = with(&[State::Missing, State::Held]);
        assert_eq!(of(&both), Colour::Red);
        let blocked = Known {
            is_blocked: true,
            ..Known::default()
        };
        assert_eq!(of(&blocked), Colour::Red);
    }

    #[test]
    fn a_licence_is_good_on_its_last_day() {
        let mut known = with(&[State::Complete]);
        known.licences_until = vec![ChinaDate::from_ymd(2026, 11, 21).unwrap()];
        assert_eq!(of(&known), Colour::Green);
        known.licences_until = vec![ChinaDate::from_ymd(2026, 11, 20).unwrap()];
        assert_eq!(of(&known), Colour::Yellow);
    }

    #[test]
    fn an_inspection_counts_only_if_it_failed() {
        let mut known = with(&[State::Complete]);
        known.inspection_passed = Some(true);
        assert_eq!(of(&known), Colour::Green);
        known.inspection_passed = Some(false);
        assert_eq!(of(&known), Colour::Yellow);
    }
}
