//! Where the database is.

use super::error::StoreError;
use std::path::PathBuf;

/// The address of a database.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file: `sqlite:ledger.db`, `sqlite:///srv/ledger.db` or a bare path that ends in `.db` or
    /// `.sqlite`.
    Sqlite(PathBuf),
    /// A server: `postgres://…` as libpq reads it.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// [`StoreError::Url`] for anything else; the text is not repeated where it may hold a
    /// password.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let named = text.strip_prefix("sqlite:");
        let path = named.map(|path| path.strip_prefix("//").unwrap_or(path));
        let bare = (text.ends_with(".db") || text.ends_with(".sqlite")).then_some(text);
        match path.or(bare) {
            // A colon opens SQLite's special names, such as databases in memory only.
            Some(path) if !path.is_empty() && !path.contains([':', '?', '\0']) => {
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            _ => Err(StoreError::Url(hidden(text))),
        }
    }

    /// The address as [`parse`](Self::parse) reads it, with the password if it has one: for
    /// another process of ours, never to be shown.
    #[must_use]
    pub fn secret(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// The address without what may be a password.
fn hidden(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user, |(user, _)| user);
            format!("{scheme}://{user}@{host}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&hidden(url)),
        }
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_which_database_and_where() {
        let path = |text: &str| DatabaseUrl::Sqlite(PathBuf::from(text));
        assert_eq!(DatabaseUrl::parse("sqlite:a/b.db"), Ok(path("a/b.db")));
        assert_eq!(DatabaseUrl::parse("sqlite:///a/b"), Ok(path("/a/b")));
        assert_eq!(DatabaseUrl::parse("b.sqlite"), Ok(path("b.sqlite")));
        for text in ["sqlite:a/b.db", "postgres://me:word@host/db"] {
            assert_eq!(DatabaseUrl::parse(text).unwrap().secret(), text);
        }
        for bad in [
            "",
            "b",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a?mode=memory",
            "mysql://a/b",
        ] {
            assert!(DatabaseUrl::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = "postgres://node:p@ss:word@db.example:5432/shisu?password=hidden";
        let url = DatabaseUrl::parse(url).unwrap();
        assert_eq!(url.to_string(), "postgres://node@db.example:5432/shisu");
        assert_eq!(
            format!("{url:?}"),
            "DatabaseUrl(postgres://node@db.example:5432/shisu)"
        );
        let wrong = DatabaseUrl::parse("mysql://node:secret@db.example/x").unwrap_err();
        assert!(!wrong.to_string().contains("secret"), "{wrong}");
    }
}
