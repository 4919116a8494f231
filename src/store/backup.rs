//! A copy of the database as it is at one moment, taken while others go on appending.

use super::Store;
use super::db::Db;
use super::error::StoreError;
use diesel::RunQueryDsl as _;
use diesel::sql_types::Text;
use std::path::Path;

impl Store {
    /// Writes a copy of the database to `path`, where nothing may be yet. It is of one moment, and
    /// the writer goes on meanwhile: the copy is made on a connection that reads. What is on disk
    /// is not forced there.
    ///
    /// # Errors
    /// [`StoreError::Refused`] on PostgreSQL, which has its own tools for this, and what the
    /// database reports.
    pub fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let text = path
            .to_str()
            .ok_or_else(|| StoreError::Url(path.display().to_string()))?;
        self.place.as_ref().map_or(Ok(()), super::Place::check)?;
        let mut taken = self.readers.take()?;
        match taken.db()? {
            Db::Sqlite(conn) => {
                let copy = diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(text);
                copy.execute(&mut **conn)?;
            }
            Db::Postgres(_) => {
                return Err(StoreError::Refused("PostgreSQL copies itself".into()));
            }
        }
        taken.clean();
        Ok(())
    }
}
