//! Pages of long lists: an opaque cursor says where the next one begins.

use super::problem::Problem;
use crate::core::custody::{EntryKey, MoveKey};
use crate::core::ids::SiteId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Elements of a page unless another number is asked for.
pub const PAGE_DEFAULT: u32 = 50;

/// Elements of a page at most.
pub const PAGE_MAX: u32 = 500;

/// Elements that are asked for: from 1 to [`PAGE_MAX`].
///
/// # Errors
/// Another number.
pub fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    let limit = asked.unwrap_or(PAGE_DEFAULT);
    if (1..=PAGE_MAX).contains(&limit) {
        Ok(limit)
    } else {
        Err(Problem::bad_request(
            format!("limit 应为 1 到 {PAGE_MAX}"),
            format!("limit is 1 to {PAGE_MAX}"),
        ))
    }
}

/// A cursor behind a line. What is in it is nobody's business but ours.
#[must_use]
pub fn cursor(line: MoveKey) -> String {
    number_cursor(line.get())
}

/// Where a page begins.
///
/// # Errors
/// Something that no page gave.
pub fn after(cursor: Option<&str>) -> Result<Option<MoveKey>, Problem> {
    Ok(number(cursor)?.map(MoveKey::from_i64))
}

/// A cursor behind an entry.
#[must_use]
pub fn entry_cursor(entry: EntryKey) -> String {
    number_cursor(entry.get())
}

/// Where a page of entries begins.
///
/// # Errors
/// Something that no page gave.
pub fn after_entry(cursor: Option<&str>) -> Result<Option<EntryKey>, Problem> {
    Ok(number(cursor)?.map(EntryKey::from_i64))
}

/// A cursor behind a site.
#[must_use]
pub fn site_cursor(site: &SiteId) -> String {
    URL_SAFE_NO_PAD.encode(site.as_str())
}

/// Where a page of sites begins.
///
/// # Errors
/// Something that no page gave.
pub fn after_site(cursor: Option<&str>) -> Result<Option<SiteId>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let site = text.and_then(|text| SiteId::parse(&text).ok());
    site.map(Some).ok_or_else(no_cursor)
}

fn number_cursor(number: i64) -> String {
    URL_SAFE_NO_PAD.encode(number.to_be_bytes())
}

fn number(cursor: Option<&str>) -> Result<Option<i64>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let mut bytes = [0_u8; 8];
    match URL_SAFE_NO_PAD.decode_slice(cursor, &mut bytes) {
        Ok(8) if i64::from_be_bytes(bytes) >= 0 => Ok(Some(i64::from_be_bytes(bytes))),
        _ => Err(no_cursor()),
    }
}

fn no_cursor() -> Problem {
    Problem::new(
        "bad_cursor",
        "游标无效,请从第一页重新开始",
        "not a cursor of ours; begin at the first page",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_out() {
        for key in [0, 1, 1 << 50, i64::MAX] {
            let key = MoveKey::from_i64(key);
            assert_eq!(after(Some(&cursor(key))), Ok(Some(key)));
        }
        assert_eq!(after(None), Ok(None));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in [
            "",
            "x",
            "AAAAAAAAAAA=",
            "__________8",
            "AAAAAAAAAAAA",
            "中文中文中文中",
        ] {
            assert_eq!(
                after(Some(text)).unwrap_err().code(),
                "bad_cursor",
                "{text}"
            );
        }
    }

    #[test]
    fn a_cursor_behind_a_site_comes_back_as_it_went_out() {
        let site = SiteId::parse("A32050901").unwrap();
        assert_eq!(after_site(Some(&site_cursor(&site))), Ok(Some(site)));
        assert_eq!(after_site(None), Ok(None));
        for text in ["", "x", "A32050901", "__8", "中文"] {
            assert!(after_site(Some(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_page_has_a_bounded_size() {
        assert_eq!(limit(None), Ok(PAGE_DEFAULT));
        assert!(limit(Some(0)).is_err() && limit(Some(PAGE_MAX + 1)).is_err());
    }
}
