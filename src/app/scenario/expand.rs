//! Placeholders in scenario files. A string `@step` becomes the id of that step's record,
//! `{time:-2T06:30}` a number of seconds; within a text `{date:-2}`, `{ymd:-2}`, `{id:step}`,
//! `{party:name}` and `{site:name}` are replaced. Two shorthands save typing: readings at an even
//! pace (`{"from", "every_s", "temps"}`; a null is a reading that is missing) and consecutive numbers
//! (`{"first", "count"}`).

use super::cast::{Cast, unknown};
use super::day::{DayTime, date, parse_days};
use super::error::ScenarioError;
use crate::core::record::RecordId;
use crate::core::time::ChinaDate;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Most numbers that one shorthand may stand for.
const NUMBERS_MAX: u64 = 1_000;

/// What placeholders may speak of.
pub(super) struct Expander<'a> {
    /// The last day of the story.
    pub base: ChinaDate,
    /// The cast.
    pub cast: &'a Cast,
    /// Records signed so far, by `journey:step`.
    pub ids: &'a HashMap<String, RecordId>,
    /// The journey whose steps need no prefix.
    pub journey: &'a str,
    /// Journey and step, for errors.
    pub place: &'a str,
}

impl Expander<'_> {
    /// Replaces every placeholder in `value`.
    pub(super) fn value(&self, value: &Value) -> Result<Value, ScenarioError> {
        match value {
            Value::String(text) => self.string(text),
            Value::Array(elements) => elements.iter().map(|element| self.value(element)).collect(),
            Value::Object(members) => self.object(members),
            other => Ok(other.clone()),
        }
    }

    fn object(&self, members: &Map<String, Value>) -> Result<Value, ScenarioError> {
        if members.len() == 3
            && let (Some(from), Some(every_s), Some(temps)) = (
                members.get("from"),
                members.get("every_s"),
                members.get("temps"),
            )
        {
            return self.readings(from, every_s, temps);
        }
        if members.len() == 2
            && let (Some(first), Some(count)) = (members.get("first"), members.get("count"))
        {
            return self.consecutive(first, count);
        }
        let pair = |(name, value): (&String, &Value)| Ok((name.clone(), self.value(value)?));
        let expanded: Result<Map<String, Value>, ScenarioError> =
            members.iter().map(pair).collect();
        expanded.map(Value::Object)
    }

    fn string(&self, text: &str) -> Result<Value, ScenarioError> {
        if let Some(name) = text.strip_prefix('@') {
            return self.id(name).map(Value::String);
        }
        let inner = text
            .strip_prefix("{time:")
            .and_then(|rest| rest.strip_suffix('}'));
        if let Some(time) = inner {
            return Ok(json!(self.moment(time)?));
        }
        self.text(text).map(Value::String)
    }

    fn text(&self, text: &str) -> Result<String, ScenarioError> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (token, after) = after.split_once('}').ok_or_else(|| self.broken(text))?;
            let (what, name) = token.split_once(':').ok_or_else(|| self.broken(text))?;
            expanded.push_str(before);
            expanded.push_str(&self.token(what, name)?);
            rest = after;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }

    fn token(&self, what: &str, name: &str) -> Result<String, ScenarioError> {
        let day = || {
            let days = parse_days(name).and_then(|days| date(self.base, days));
            days.ok_or_else(|| self.broken(name))
        };
        match what {
            "date" => Ok(day()?.to_string()),
            "ymd" => Ok(day()?.to_string().replace('-', "")),
            "id" => self.id(name),
            "party" => Ok(self.cast.party(self.place, name)?.id.to_string()),
            "site" => Ok(self.cast.site(self.place, name)?.id.to_string()),
            _ => Err(self.broken(what)),
        }
    }

    fn id(&self, name: &str) -> Result<String, ScenarioError> {
        let full = if name.contains(':') {
            name.to_owned()
        } else {
            format!("{}:{name}", self.journey)
        };
        let id = self.ids.get(&full);
        id.map(ToString::to_string)
            .ok_or_else(|| unknown(self.place, "earlier step", name))
    }

    fn moment(&self, text: &str) -> Result<u64, ScenarioError> {
        let at = DayTime::parse(text).and_then(|time| time.on(self.base));
        at.map(|at| at.get()).ok_or_else(|| self.broken(text))
    }

    fn readings(
        &self,
        from: &Value,
        every_s: &Value,
        temps: &Value,
    ) -> Result<Value, ScenarioError> {
        let broken = || self.broken("from, every_s, temps");
        let mut at = self.moment(from.as_str().ok_or_else(broken)?)?;
        let every_s = every_s.as_u64().ok_or_else(broken)?;
        let mut readings = Vec::new();
        for temp_c in temps.as_array().ok_or_else(broken)? {
            if !temp_c.is_null() {
                readings.push(json!([at, temp_c]));
            }
            at = at.checked_add(every_s).ok_or_else(broken)?;
        }
        Ok(Value::Array(readings))
    }

    fn consecutive(&self, first: &Value, count: &Value) -> Result<Value, ScenarioError> {
        let broken = || self.broken("first, count");
        let (text, count) = (
            first.as_str().ok_or_else(broken)?,
            count
                .as_u64()
                .filter(|count| *count <= NUMBERS_MAX)
                .ok_or_else(broken)?,
        );
        let first: u64 = text.parse().map_err(|_no_number| broken())?;
        let width = text.len();
        let numbers = (0..count).map(|n| json!(format!("{:0width$}", first.saturating_add(n))));
        Ok(Value::Array(numbers.collect()))
    }

    fn broken(&self, text: &str) -> ScenarioError {
        ScenarioError::Placeholder {
            place: self.place.to_owned(),
            text: text.to_owned(),
        }
    }
}
