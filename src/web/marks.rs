//! How states, weights and standings look and what they are called on every page: in colour, in an
//! icon and in words.

use crate::core::rules::paper::Standing;
use crate::core::text::Bilingual;
use crate::core::verdict::{State, Weight};

/// Class of the style sheet for a state.
pub(super) const fn state_class(state: &State) -> &'static str {
    match state {
        State::Recalled | State::Held | State::Expired => "bad",
        State::Anomaly => "odd",
        State::Missing | State::Unproven => "gap",
        State::Complete => "good",
        State::Unknown => "none",
    }
}

/// The outline of a state's icon, in 24 × 24.
pub(super) const fn icon(state: &State) -> &'static str {
    match state {
        State::Recalled => "M8 2h8l6 6v8l-6 6H8l-6-6V8zM8 8l8 8M16 8l-8 8",
        State::Held => "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
        State::Expired => "M12 2a10 10 0 1 0 .01 0M12 6v6l4 3",
        State::Anomaly => "M12 3 2 21h20zM12 9v6M12 18v.5",
        State::Missing => "M3 12h4M10 12h4M17 12h4M12 4v4M12 16v4",
        State::Unproven | State::Unknown => {
            "M12 2a10 10 0 1 0 .01 0M9 9a3 3 0 1 1 4 3q-1 .5-1 2M12 17v.5"
        }
        State::Complete => "M12 2a10 10 0 1 0 .01 0M7 12l4 4 6-8",
    }
}

/// A weight in a word.
pub(super) fn weight_word(weight: &Weight) -> Bilingual {
    let (zh, en) = match weight {
        Weight::Note => ("说明", "Note"),
        Weight::Reference => ("参考", "For reference"),
        Weight::Unproven => ("未证实", "Unproven"),
        Weight::Missing => ("缺失", "Missing"),
        Weight::Anomaly => ("异常", "Anomaly"),
        Weight::Expired => ("过期", "Expired"),
        Weight::Held => ("封存", "Held"),
        Weight::Recalled => ("召回", "Recalled"),
    };
    Bilingual::new(zh, en)
}

/// Class of the style sheet for a weight.
pub(super) const fn weight_class(weight: &Weight) -> &'static str {
    match weight {
        Weight::Note | Weight::Reference => "note",
        Weight::Unproven | Weight::Missing => "gap",
        Weight::Anomaly => "odd",
        Weight::Expired | Weight::Held | Weight::Recalled => "bad",
    }
}

/// What a standing means for whoever reads the page.
pub(super) fn standing_means(standing: &Standing) -> Bilingual {
    let (zh, en) = match standing {
        Standing::Issued => (
            "签发机构用自己的密钥签了名。",
            "The issuer signed it with its own key.",
        ),
        Standing::Confirmed => (
            "有人向签发来源核实过,并记下了何时向谁核实。",
            "Somebody checked it at its source and recorded when and where.",
        ),
        Standing::Transcribed => (
            "只是持有人自己录入的,没有人向签发机构核实。",
            "The holder typed it in; nobody has checked it with the issuer.",
        ),
    };
    Bilingual::new(zh, en)
}
