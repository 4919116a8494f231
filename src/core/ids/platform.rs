//! The provincial platforms whose codes the resolver hands to adapters: `data/platforms.tsv`.

use std::sync::LazyLock;

use crate::core::text::Bilingual;

/// The table of platforms, with its sources in its header.
const PLATFORMS_TEXT: &str = include_str!("data/platforms.tsv");

/// A row of the table of platforms.
#[derive(Debug, PartialEq, Eq)]
struct PlatformRow {
    id: &'static str,
    region: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
    host: &'static str,
    prefix: &'static str,
    verified: bool,
}

static PLATFORMS: LazyLock<Vec<PlatformRow>> =
    LazyLock::new(|| PLATFORMS_TEXT.lines().filter_map(read_platform).collect());

/// One line of the table; comments and the header are no rows.
fn read_platform(line: &'static str) -> Option<PlatformRow> {
    let mut columns = line.split('\t');
    let row = PlatformRow {
        id: columns.next()?,
        region: columns.next()?,
        name_zh: columns.next()?,
        name_en: columns.next()?,
        host: columns.next()?,
        prefix: columns.next()?,
        verified: columns.next()?.trim() == "yes",
    };
    (row.id != "platform").then_some(row)
}

/// A provincial platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform(&'static PlatformRow);

impl Platform {
    /// Every platform of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        PLATFORMS.iter().map(Self)
    }

    /// The stable name by which adapters know it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.0.id
    }

    /// First two digits of its province's division code.
    #[must_use]
    pub const fn region(self) -> &'static str {
        self.0.region
    }

    /// Its name in both languages.
    #[must_use]
    pub fn name(self) -> Bilingual {
        Bilingual::new(self.0.name_zh, self.0.name_en)
    }

    /// Whether the syntax of its codes comes from a published document.
    #[must_use]
    pub const fn is_verified(self) -> bool {
        self.0.verified
    }

    /// The platform whose host this is or lies under.
    pub(super) fn by_host(host: &str) -> Option<Self> {
        Self::all().find(|platform| {
            let own = platform.0.host;
            host.strip_suffix(own)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    /// The platform with whose prefix the text begins.
    pub(super) fn by_prefix(text: &str) -> Option<Self> {
        Self::all().find(|platform| {
            text.strip_prefix(platform.0.prefix)
                .is_some_and(|rest| !rest.is_empty())
        })
    }
}
