//! Pages of long lists: an opaque cursor says where the next one begins.

use super::problem::Problem;
use crate::core::custody::MoveKey;
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
    URL_SAFE_NO_PAD.encode(line.get().to_be_bytes())
}

/// Where a page begins.
///
/// # Errors
/// Something that no page gave.
pub fn after(cursor: Option<&str>) -> Result<Option<MoveKey>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let mut bytes = [0_u8; 8];
    let read = URL_SAFE_NO_PAD.decode_slice(cursor, &mut bytes);
    match read {
        Ok(8) if i64::from_be_bytes(bytes) >= 0 => {
            Ok(Some(MoveKey::from_i64(i64::from_be_bytes(bytes))))
        }
        _ => Err(Problem::new(
            "bad_cursor",
            "游标无效,请从第一页重新开始",
            "not a cursor of ours; begin at the first page",
        )),
    }
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
    fn a_page_has_a_bounded_size() {
        assert_eq!(limit(None), Ok(PAGE_DEFAULT));
        assert!(limit(Some(0)).is_err() && limit(Some(PAGE_MAX + 1)).is_err());
    }
}
