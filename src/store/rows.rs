//! Rows, each declared once: for diesel's queries on both databases, and as columns side by side
//! for PostgreSQL, which takes a whole batch in one statement of fixed text.

use crate::store::hot::values::values;
use crate::store::schema;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text};
use serde::Serialize;

/// A row of a table, and a batch of them.
pub(super) trait Row: Sized {
    /// The same values, column by column; as a query it inserts them.
    type Columns;

    /// What to select for it.
    type Selection;

    /// What to select for it.
    const COLUMNS: Self::Selection;

    /// Turns rows into columns.
    fn columns(rows: Vec<Self>) -> Self::Columns;
}

macro_rules! rows {
    ($($(#[$attr:meta])* $name:ident / $columns:ident $verb:literal $table:ident {
        $($column:ident: $ty:ty => $sql:ty),* $(,)?
    })*) => {$(
        #[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize)]
        $(#[$attr])*
        #[diesel(table_name = schema::$table, treat_none_as_default_value = false)]
        pub(super) struct $name {
            $(pub $column: $ty,)*
        }

        #[derive(Debug, Default)]
        pub(super) struct $columns {
            $($column: Vec<$ty>,)*
        }

        values!($name, $name, $verb $table { $($column: $sql),* });

        impl Row for $name {
            type Columns = $columns;
            type Selection = ($(schema::$table::$column,)*);
            const COLUMNS: Self::Selection = ($(schema::$table::$column,)*);

            fn columns(rows: Vec<Self>) -> $columns {
                let mut columns = $columns {
                    $($column: Vec::with_capacity(rows.len()),)*
                };
                for row in rows {
                    $(columns.$column.push(row.$column);)*
                }
                columns
            }
        }

        impl QueryId for $columns {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl QueryFragment<Pg> for $columns {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                out.push_sql(concat!("INSERT INTO ", stringify!($table), " ("));
                let mut first = true;
                $(separate(&mut out, &mut first);
                out.push_sql(stringify!($column));)*
                out.push_sql(") SELECT * FROM UNNEST(");
                let mut first = true;
                $(separate(&mut out, &mut first);
                out.push_bind_param::<Array<$sql>, _>(&self.$column)?;)*
                out.push_sql(")");
                Ok(())
            }
        }

        impl<Conn> RunQueryDsl<Conn> for $columns {}
    )*};
}

fn separate(out: &mut AstPass<'_, '_, Pg>, first: &mut bool) {
    if !std::mem::take(first) {
        out.push_sql(", ");
    }
}

rows! {
    EntryRow / EntryColumns "INSERT" entry {
        key: i64 => BigInt,
        log: i64 => BigInt,
        kind: i64 => BigInt,
        id_prefix: i64 => BigInt,
        kid_prefix: i64 => BigInt,
        kid_entry: i64 => BigInt,
        seq: i64 => BigInt,
        id: Vec<u8> => Binary,
        jwt: String => Text,
    }
    DisclosureRow / DisclosureColumns "INSERT" disclosure {
        entry: i64 => BigInt,
        log: i64 => BigInt,
        balance: Option<String> => Nullable<Text>,
        trade: Option<String> => Nullable<Text>,
        personal: Option<String> => Nullable<Text>,
    }
    MovementRow / MovementColumns "INSERT" movement {
        key: i64 => BigInt,
        log: i64 => BigInt,
        role: i64 => BigInt,
        lot: i64 => BigInt,
        site: i64 => BigInt,
        uom: i64 => BigInt,
        amount: i64 => BigInt,
        of_line: Option<i64> => Nullable<BigInt>,
        left_amount: i64 => BigInt,
        disputed: i64 => BigInt,
        held: i64 => BigInt,
    }
    LotRow / LotColumns "INSERT" lot {
        key: i64 => BigInt,
        log: i64 => BigInt,
        code: String => Text,
        class: String => Text,
        party: String => Text,
        made_on: String => Text,
        best_before: Option<String> => Nullable<Text>,
    }
    #[derive(AsChangeset)]
    #[diesel(primary_key(key), treat_none_as_null = true)]
    ShipmentRow / ShipmentColumns "INSERT" shipment {
        key: i64 => BigInt,
        log: i64 => BigInt,
        waybill: String => Text,
        from_site: String => Text,
        sender: String => Text,
        to_site: String => Text,
        carrier: Option<String> => Nullable<Text>,
        sent_at: i64 => BigInt,
    }
    PaperRow / PaperColumns "INSERT" paper {
        key: i64 => BigInt,
        log: i64 => BigInt,
        kind: String => Text,
        number: String => Text,
        valid_until: Option<String> => Nullable<Text>,
        passed: Option<i64> => Nullable<BigInt>,
        spender: Option<String> => Nullable<Text>,
        uom: Option<i64> => Nullable<BigInt>,
        left_amount: Option<i64> => Nullable<BigInt>,
        lots: String => Text,
    }
    AboutRow / AboutColumns "INSERT" about {
        subject: String => Text,
        entry: i64 => BigInt,
        log: i64 => BigInt,
    }
    CiteRow / CiteColumns "INSERT" cite {
        cited: i64 => BigInt,
        entry: i64 => BigInt,
        log: i64 => BigInt,
    }
    FindingRow / FindingColumns "INSERT" finding {
        found_at: i64 => BigInt,
        ord: i64 => BigInt,
        log: i64 => BigInt,
        entry: i64 => BigInt,
        code: String => Text,
        detail: String => Text,
    }
    TileRow / TileColumns "INSERT" tile {
        log: i64 => BigInt,
        level: i64 => BigInt,
        idx: i64 => BigInt,
        hashes: Vec<u8> => Binary,
    }
    #[derive(AsChangeset)]
    #[diesel(primary_key(id, log), treat_none_as_null = true)]
    PartyRow / PartyColumns "INSERT" party {
        id: String => Text,
        log: i64 => BigInt,
        entry: i64 => BigInt,
        kind: String => Text,
        name: Option<String> => Nullable<Text>,
        county: i64 => BigInt,
        agent: Option<String> => Nullable<Text>,
        said: i64 => BigInt,
    }
    #[derive(AsChangeset)]
    #[diesel(primary_key(id, log), treat_none_as_null = true)]
    SiteRow / SiteColumns "INSERT" site {
        id: String => Text,
        log: i64 => BigInt,
        entry: i64 => BigInt,
        party: String => Text,
        kind: String => Text,
        name: String => Text,
        county: i64 => BigInt,
        open: i64 => BigInt,
        filed: i64 => BigInt,
        said: i64 => BigInt,
    }
    #[derive(AsChangeset)]
    #[diesel(primary_key(kid, log), treat_none_as_null = true)]
    KeyRow / KeyColumns "INSERT" signing_key {
        kid: Vec<u8> => Binary,
        log: i64 => BigInt,
        jwk: Vec<u8> => Binary,
        entry: i64 => BigInt,
        party: String => Text,
        sites: String => Text,
        role: String => Text,
        from_at: i64 => BigInt,
        until_at: Option<i64> => Nullable<BigInt>,
        revoked: Option<i64> => Nullable<BigInt>,
        suspect_since: Option<i64> => Nullable<BigInt>,
    }
    FeedRow / FeedColumns "REPLACE" feed {
        kid: Vec<u8> => Binary,
        log: i64 => BigInt,
        seq_max: i64 => BigInt,
        last_id: Vec<u8> => Binary,
        anchored: Option<i64> => Nullable<BigInt>,
    }
}

/// What is left of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeftRow {
    pub key: i64,
    pub left_amount: i64,
    pub disputed: i64,
    pub held: i64,
}
