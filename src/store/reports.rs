//! Reports of problems. They are no part of the log, and no projection.

use super::Store;
use super::convert::{Result, corrupt, date, of_word, site_id, time, word_of};
use super::db::{Db, on_both};
use super::read::Reader;
use super::schema::report;
use crate::core::ids::LotCode;
use crate::core::report::{Report, ReportNo};
use crate::core::time::UnixSeconds;
use diesel::prelude::*;

#[derive(Queryable, Insertable)]
#[diesel(table_name = report)]
struct ReportRow {
    number: String,
    lot: String,
    site: Option<String>,
    told: String,
    bought_at: Option<String>,
    contact: Option<Vec<u8>>,
    photo: Option<Vec<u8>>,
    made_at: i64,
    due_on: Option<String>,
    state: String,
    answer: Option<String>,
    answered_at: Option<i64>,
}

impl ReportRow {
    fn of(made: &Report, photo: Option<Vec<u8>>) -> Result<Self> {
        Ok(Self {
            number: made.number.to_string(),
            lot: made.lot.to_string(),
            site: made.site.map(|site| site.to_string()),
            told: made.told.clone(),
            bought_at: made.bought_at.clone(),
            contact: made.contact.clone(),
            photo,
            made_at: made.made_at.as_i64(),
            due_on: made.due_on.map(|day| day.to_string()),
            state: word_of(&made.state)?,
            answer: made.answer.clone(),
            answered_at: made.answered_at.map(UnixSeconds::as_i64),
        })
    }

    fn report(self) -> Result<(Report, Option<Vec<u8>>)> {
        let number = ReportNo::parse(&self.number);
        let made = Report {
            number: number.map_err(|cause| corrupt("number of a report", cause))?,
            lot: LotCode::parse(&self.lot).map_err(|cause| corrupt("lot of a report", cause))?,
            site: self.site.as_deref().map(site_id).transpose()?,
            told: self.told,
            bought_at: self.bought_at,
            contact: self.contact,
            has_photo: self.photo.is_some(),
            made_at: time(self.made_at)?,
            due_on: self.due_on.as_deref().map(date).transpose()?,
            state: of_word(&self.state)?,
            answer: self.answer,
            answered_at: self.answered_at.map(time).transpose()?,
        };
        Ok((made, self.photo))
    }
}

impl Store {
    /// Keeps a new report, unless `lately_max` have come since `since`: then `false`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn add_report(
        &self,
        made: &Report,
        photo: Option<Vec<u8>>,
        (since, lately_max): (UnixSeconds, i64),
    ) -> Result<bool> {
        let row = ReportRow::of(made, photo)?;
        self.aside(|db| {
            let lately = report::table
                .filter(report::made_at.ge(since.as_i64()))
                .count();
            let lately: i64 = on_both!(db, conn => lately.get_result(conn))?;
            if lately >= lately_max {
                return Ok(false);
            }
            on_both!(db, conn => diesel::insert_into(report::table)
                .values(&row)
                .execute(conn))?;
            Ok(true)
        })
    }

    /// Changes where a report stands as `change` says, nobody else changing it meanwhile; none if
    /// there is none with this number.
    ///
    /// # Errors
    /// What `change` returns, and what the database reports; then nothing is changed.
    pub fn change_report<E>(
        &self,
        number: &ReportNo,
        change: impl FnOnce(&mut Report) -> std::result::Result<(), E>,
    ) -> Result<Option<std::result::Result<Report, E>>> {
        self.aside(|db| {
            if matches!(db, Db::Postgres(_)) {
                // As every transaction that writes is alone on SQLite.
                db.run("LOCK TABLE report IN SHARE ROW EXCLUSIVE MODE")?;
            }
            let Some((mut found, _)) = find(db, number)? else {
                return Ok(None);
            };
            if let Err(refused) = change(&mut found) {
                return Ok(Some(Err(refused)));
            }
            let values = (
                report::state.eq(word_of(&found.state)?),
                report::answer.eq(found.answer.clone()),
                report::answered_at.eq(found.answered_at.map(UnixSeconds::as_i64)),
            );
            let place = report::table.find(number.to_string());
            on_both!(db, conn => diesel::update(place).set(values).execute(conn))?;
            Ok(Some(Ok(found)))
        })
    }
}

impl Reader<'_> {
    /// A report and its photo.
    ///
    /// # Errors
    /// What the database reports.
    pub fn report(&mut self, number: &ReportNo) -> Result<Option<(Report, Option<Vec<u8>>)>> {
        find(self.db, number)
    }

    /// Reports, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn reports(&mut self, state: Option<&str>, limit: u32) -> Result<Vec<Report>> {
        let all = report::table
            .order((report::made_at, report::number))
            .limit(limit.into());
        let rows: Vec<ReportRow> = match state {
            Some(state) => {
                let some = all.filter(report::state.eq(state));
                on_both!(self.db, conn => some.load(conn))?
            }
            None => on_both!(self.db, conn => all.load(conn))?,
        };
        let reports = rows.into_iter().map(ReportRow::report);
        reports.map(|read| read.map(|(report, _)| report)).collect()
    }
}

fn find(db: &mut Db, number: &ReportNo) -> Result<Option<(Report, Option<Vec<u8>>)>> {
    let row = report::table.find(number.to_string());
    let row: Option<ReportRow> = on_both!(db, conn => row.first(conn).optional())?;
    row.map(ReportRow::report).transpose()
}
