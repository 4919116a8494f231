//! Every code that the server answers with: its status, what it means, what to do. The table is
//! `codes.tsv`; a code that is not in it is a fault of the server, and a test walks the sources.

use super::title_of;
use crate::core::text::Bilingual;
use actix_web::http::StatusCode;
use std::sync::LazyLock;

/// The columns of a line: code, statuses, text and what to do in Chinese and in English.
const COLUMNS: usize = 6;

/// What says that there is nothing more to say than the status does.
const AS_STATUS: &str = "-";

/// A code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The stable code.
    pub code: &'static str,
    /// The status of a problem with it; and 422 where a record is refused with it.
    pub statuses: Vec<StatusCode>,
    /// What it means, whatever the case.
    pub text: Bilingual,
    /// What to do about it, if there is more to say than of its status.
    what_to_do: Option<Bilingual>,
}

static CODES: LazyLock<Vec<Code>> = LazyLock::new(|| {
    let lines = include_str!("codes.tsv").lines();
    let mut codes: Vec<Code> = lines.filter_map(read).collect();
    codes.sort_by_key(|code| code.code);
    codes
});

/// Every code, in order.
#[must_use]
pub fn all() -> &'static [Code] {
    &CODES
}

/// What there is to say of a code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Code> {
    let at = CODES.binary_search_by_key(&code, |one| one.code).ok()?;
    CODES.get(at)
}

/// A line of the table; none for its head and for comments.
fn read(line: &'static str) -> Option<Code> {
    let columns: Vec<&'static str> = line.split('\t').collect();
    let columns: [&'static str; COLUMNS] = columns.try_into().ok()?;
    let [code, statuses, zh, en, zh_do, en_do] = columns;
    let statuses: Vec<StatusCode> = statuses
        .split(' ')
        .filter_map(|status| StatusCode::from_bytes(status.as_bytes()).ok())
        .collect();
    (!statuses.is_empty()).then(|| Code {
        code,
        statuses,
        text: Bilingual::new(zh, en),
        what_to_do: (zh_do != AS_STATUS).then(|| Bilingual::new(zh_do, en_do)),
    })
}

/// The status of a problem with this code.
pub(super) fn status_of(code: &str) -> StatusCode {
    let known = find(code).and_then(|known| known.statuses.first());
    known.copied().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What to do about a problem with this code and status.
pub(super) fn what_to_do(code: &str, status: StatusCode) -> Bilingual {
    find(code)
        .and_then(|known| known.what_to_do.clone())
        .unwrap_or_else(|| about_status(status))
}

impl Code {
    /// What to do about it.
    #[must_use]
    pub fn what_to_do(&self) -> Bilingual {
        what_to_do(self.code, status_of(self.code))
    }

    /// Its status in words.
    #[must_use]
    pub fn title(&self) -> Bilingual {
        let (zh, en) = title_of(status_of(self.code));
        Bilingual::new(zh, en)
    }
}

/// What to do about whatever has this status.
fn about_status(status: StatusCode) -> Bilingual {
    let (zh, en) = match status.as_u16() {
        400 | 406 | 408 | 414 => ("按 /docs 的说明改正请求", "correct the request; see /docs"),
        401 => (
            "用已登记的密钥登录后重试",
            "sign in with a registered key and try again",
        ),
        403 => (
            "换用有权查看的主体登录",
            "sign in as somebody who may see this",
        ),
        404 => (
            "核对地址和编码;见 /docs",
            "check address and code; see /docs",
        ),
        405 => ("改用 Allow 中的方法", "use a method named in Allow"),
        409 | 410 => (
            "向邀请人索取新的邀请;设备换用新密钥",
            "ask whoever invited you for another invitation, and use a new key",
        ),
        412 => (
            "与更新的版本合并后,写明其版本号再提交",
            "bring it together with the newer version, and say which that is",
        ),
        413 => ("分成更小的几次提交", "send less at a time"),
        415 => (
            "改用 /docs 所列的内容格式",
            "use a media type that /docs names",
        ),
        422 => (
            "改正记录后重新签名提交;原样重试没有用",
            "correct the record, sign it anew and submit it; the same bytes will be refused again",
        ),
        429 | 503 => ("稍后重试", "try again later"),
        _ => (
            "重试;仍不行请把 request_id 告诉运行者",
            "try again; if it persists tell the operator the request_id",
        ),
    };
    Bilingual::new(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_line_of_the_table_is_read_and_no_code_stands_twice() {
        let is_code = |line: &&str| !line.starts_with('#') && !line.starts_with("code\t");
        let lines = include_str!("codes.tsv").lines().filter(is_code).count();
        let codes: BTreeSet<&str> = all().iter().map(|code| code.code).collect();
        assert_eq!((all().len(), codes.len()), (lines, lines));
        for code in all() {
            assert_eq!(find(code.code), Some(code));
            assert!(
                !code.text.zh.is_ascii() && code.text.en.is_ascii(),
                "{code:?}"
            );
            let todo = code.what_to_do();
            assert!(!todo.zh.is_ascii() && todo.en.is_ascii(), "{code:?}");
        }
        assert_eq!(find("no_such_code"), None);
    }

    #[test]
    fn a_code_that_nobody_knows_is_a_fault_of_the_server() {
        assert_eq!(status_of("no_such_code"), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(status_of("unknown_lot"), StatusCode::NOT_FOUND);
    }
}
