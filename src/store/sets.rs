//! `column IN (set)` as one statement whatever the size of the set, so that it is prepared once a
//! connection: SQLite is given the set as a JSON array, PostgreSQL as an array. Diesel writes a place
//! for each element on SQLite, and prepares such a statement anew each time, which costs several
//! times what running it does.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::sqlite::Sqlite;

/// Declares a set of a type and how it is asked whether a column is in it.
macro_rules! sets {
    ($($(#[$doc:meta])* $function:ident $name:ident: $sql:ty = $value:ty, $element:ty;)*) => {$(
        $(#[$doc])*
        pub(super) fn $function<C: Expression>(column: C, set: &[$element]) -> $name<C> {
            $name {
                column,
                json: serde_json::to_string(set).unwrap_or_default(),
                values: set.iter().map(|&value| value.into()).collect(),
            }
        }

        $(#[$doc])*
        pub(super) struct $name<C> {
            column: C,
            json: String,
            values: Vec<$value>,
        }

        impl<C: QueryId> QueryId for $name<C> {
            type QueryId = $name<C::QueryId>;
            const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
        }

        impl<C> Expression for $name<C> {
            type SqlType = Bool;
        }

        impl<C, QS> AppearsOnTable<QS> for $name<C> where C: AppearsOnTable<QS> {}

        impl<C, QS> SelectableExpression<QS> for $name<C> where C: SelectableExpression<QS> {}

        impl<C, G> ValidGrouping<G> for $name<C> {
            type IsAggregate = is_aggregate::No;
        }

        impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for $name<C> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                self.column.walk_ast(out.reborrow())?;
                out.push_sql(" IN (SELECT value FROM json_each(");
                out.push_bind_param::<Text, _>(&self.json)?;
                out.push_sql("))");
                Ok(())
            }
        }

        impl<C: QueryFragment<Pg>> QueryFragment<Pg> for $name<C> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                self.column.walk_ast(out.reborrow())?;
                out.push_sql(" = ANY(");
                out.push_bind_param::<Array<$sql>, _>(&self.values)?;
                out.push_sql(")");
                Ok(())
            }
        }
    )*};
}

sets! {
    /// Whether an integer is in a set.
    in_integers Integers: BigInt = i64, i64;
    /// Whether a text is in a set.
    in_texts Texts: Text = String, &str;
}
