//! Rows of a table in one statement on SQLite: several at once where there are several, so that what a
//! statement costs by itself is shared.

use crate::store::convert::Result;
use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

/// Rows of one statement, where there are so many left.
const TOGETHER: usize = 8;

/// A row that can be inserted, its values in the order of the columns that its statement names.
pub(in crate::store) trait Values {
    /// Tells its statements apart.
    type Id: 'static;

    /// `INSERT INTO table (columns) VALUES `.
    const INTO: &'static str;

    /// Binds its values, with commas between.
    fn values<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
}

/// A statement that inserts so many rows.
struct Insert<'a, R, const N: usize>(&'a [R; N]);

/// What tells such statements apart.
struct InsertId<I, const N: usize>(std::marker::PhantomData<I>);

impl<R: Values, const N: usize> QueryId for Insert<'_, R, N> {
    type QueryId = InsertId<R::Id, N>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<R: Values, const N: usize> QueryFragment<Sqlite> for Insert<'_, R, N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(R::INTO);
        let mut between = "(";
        for row in self.0 {
            out.push_sql(between);
            row.values(out.reborrow())?;
            between = "), (";
        }
        out.push_sql(")");
        Ok(())
    }
}

impl<R, const N: usize> RunQueryDsl<SqliteConnection> for Insert<'_, R, N> {}

/// Inserts rows in their order.
pub(in crate::store) fn insert_all<R: Values>(
    conn: &mut SqliteConnection,
    rows: &[R],
) -> Result<()> {
    let (groups, rest) = rows.as_chunks::<TOGETHER>();
    for group in groups {
        Insert(group).execute(conn)?;
    }
    for row in rest {
        Insert(std::array::from_ref(row)).execute(conn)?;
    }
    Ok(())
}

/// Declares how rows go into a table. Values may be borrowed; the second type tells the statements
/// apart.
macro_rules! values {
    ($row:ty, $id:ty, $verb:literal $table:ident { $first:ident: $first_sql:ty $(, $column:ident: $sql:ty)* $(,)? }) => {
        impl $crate::store::hot::values::Values for $row {
            type Id = $id;

            const INTO: &'static str = concat!(
                $verb, " INTO ", stringify!($table), " (", stringify!($first),
                $(", ", stringify!($column),)* ") VALUES "
            );

            fn values<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::sqlite::Sqlite>,
            ) -> diesel::QueryResult<()> {
                out.push_bind_param::<$first_sql, _>(&self.$first)?;
                $(out.push_sql(", ");
                out.push_bind_param::<$sql, _>(&self.$column)?;)*
                Ok(())
            }
        }
    };
}
pub(in crate::store) use values;
