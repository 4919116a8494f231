//! Codes that lead to no page: what is wrong is said, and nothing is guessed.

use crate::site::Site;
use crate::strict::{complaints, words};

#[test]
fn a_code_that_leads_nowhere_says_why_and_what_to_do_next() {
    let site = Site::demo();
    for (name, path) in [
        ("unknown", "/t/NOBODY-KNOWS-THIS"),
        ("other_batch", "/01/09520002000033/10/Q0417-2"),
        ("other_product", "/01/09520002000019/10/Q0417-1"),
        ("wrong_digit", "/01/09520002000034/10/Q0417-1"),
        ("no_batch", "/01/09520002000033"),
        (
            "bad_place",
            "/01/09520002000033/10/Q0417-1?at=JY13101180000016",
        ),
        ("small_letters", "/t/js-tom-0611"),
        ("no_report", "/report/JB20261121-AAAA-AAAA-AA"),
    ] {
        let mut both = String::new();
        for lang in ["zh", "en"] {
            let and = if path.contains('?') { '&' } else { '?' };
            let answer = site.page(&format!("{path}{and}lang={lang}"));
            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
            assert_eq!(complaints(answer.text()), Vec::<String>::new(), "{path}");
            both.push_str(&words(answer.text()));
            both.push('\n');
        }
        insta::assert_snapshot!(format!("lost_{name}"), both);
    }
}

#[test]
fn tricks_with_percent_signs_lead_to_no_other_lot() {
    let site = Site::demo();
    let plain = site.page("/01/09520002000033/10/Q0417-1");
    for (path, status) in [
        ("/01/09520002000033/10/Q0417%2D1", 200),
        ("/01%2F09520002000033%2F10%2FQ0417-1", 404),
        ("/01/09520002000033%2F10%2FQ0417-1", 200),
        ("/01/09520002000033/10/Q0417-1%00", 404),
        ("/01/09520002000033/10/Q0417-1%0D%0ASet-Cookie:x=1", 404),
        (
            "/01/09520002000033/10/Q0417-1%2F..%2F..%2Ft%2FJS-TOM-0611",
            404,
        ),
        ("/01/09520002000033/10/Q0417-1/../../../t/JS-TOM-0611", 404),
        ("/01/09520002000033/10/%FF%FE", 404),
        ("/01/09520002000033/10/Q0417-1%", 404),
        ("/01/0952000200003%33/10/Q0417-1", 200),
        ("/01/%ef%bc%909520002000033/10/Q0417-1", 404),
        ("/t/JS%2DTOM%2D0611", 200),
        ("/t/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404),
    ] {
        let answer = site.page(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert_eq!(complaints(answer.text()), Vec::<String>::new(), "{path}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
        if status == 200 && path.starts_with("/01/") {
            let tag = answer.header("etag");
            assert_eq!(tag, plain.header("etag"), "{path} is the same lot");
        }
    }
}

#[test]
fn a_code_that_is_typed_leads_to_its_page() {
    let site = Site::demo();
    for (typed, place) in [
        (
            "01/09520002000033/10/Q0417-1",
            "/01/09520002000033/10/Q0417-1",
        ),
        (
            "(01)09520002000033(10)Q0417-1",
            "/01/09520002000033/10/Q0417-1",
        ),
        (
            "%2801%29+0952+0002+0000+33+%2810%29Q0417-1",
            "/01/09520002000033/10/Q0417-1",
        ),
        (
            "https://elsewhere.example/01/09520002000033/10/Q0417-1?17=991231",
            "/01/09520002000033/10/Q0417-1",
        ),
        ("t/JS-TOM-0611", "/t/JS-TOM-0611"),
        ("https://elsewhere.example/t/JS-TOM-0611", "/t/JS-TOM-0611"),
    ] {
        let answer = site.page(&format!("/find?code={typed}"));
        assert_eq!(answer.status, 303, "{typed}");
        assert_eq!(answer.header("location"), Some(place), "{typed}");
    }
    for typed in [
        "",
        "%3Cscript%3E",
        "//elsewhere.example/",
        "javascript:alert(1)",
        "t/x%0d%0aLocation:%20x",
    ] {
        let answer = site.page(&format!("/find?code={typed}"));
        assert_eq!(answer.status, 404, "{typed}");
        assert_eq!(complaints(answer.text()), Vec::<String>::new(), "{typed}");
    }
}
