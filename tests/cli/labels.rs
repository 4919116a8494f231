//! Making labels.

use crate::program::{demo, shisu};

const PORK: &str = "01/09520002000033/10/Q0417-1";
const TOMATOES: &str = "t/JS-TOM-0611";
const HOST: [&str; 4] = ["--host", "zhejiang.shisu.example", "--data-dir", "demo"];

fn label(lot: &str, out: &str, more: &[&str]) -> String {
    let folder = demo();
    let mut arguments = vec!["label", lot, "--out", out];
    arguments.extend(HOST);
    arguments.extend(more);
    let ended = shisu(folder.path(), &arguments);
    ended.page(folder.path())
}

#[test]
fn a_label_is_written_as_its_file_is_named() {
    let folder = demo();
    for (out, begins) in [
        ("a.svg", &b"<svg "[..]),
        ("a.png", b"\x89PNG\r\n"),
        ("a.zpl", b"^XA\n"),
    ] {
        let told = label(PORK, out, &["--size", "shelf", "--dpi", "300"]);
        assert!(told.contains("[exit status 0]"), "{told}");
        let written = std::fs::read(folder.path().join(out)).unwrap();
        assert!(written.starts_with(begins), "{out}");
    }
}

#[test]
fn a_certificate_has_the_quantity_of_the_ledger_and_the_contact_that_is_given() {
    let folder = demo();
    let more = [
        "--what",
        "certificate",
        "--size",
        "carton",
        "--contact",
        "0573-00000000",
    ];
    let told = label(TOMATOES, "c.svg", &more);
    assert!(told.contains("[exit status 0]"), "{told}");
    assert!(
        told.contains("https://zhejiang.shisu.example/t/JS-TOM-0611"),
        "{told}"
    );
    let svg = std::fs::read_to_string(folder.path().join("c.svg")).unwrap();
    for words in [
        "承诺达标合格证",
        "数量 Quantity: 1200",
        "联系方式 Contact: 0573-00000000",
        "承诺依据 Basis: 质量安全控制符合要求、自行检测合格",
        "JS-TOM-0611",
    ] {
        assert!(svg.contains(words), "{words}");
    }
}

#[test]
fn there_is_no_certificate_of_what_nobody_promised() {
    insta::assert_snapshot!(
        "no_certificate",
        label(PORK, "none.svg", &["--what", "certificate"])
    );
}

#[test]
fn a_call_for_a_label_that_cannot_be_is_refused() {
    let pages = [
        label(PORK, "label.pdf", &[]),
        label(PORK, "a.svg", &["--dpi", "72"]),
        label(PORK, "a.svg", &["--contact", " a"]),
        label("t/NOBODY", "a.svg", &[]),
    ];
    insta::assert_snapshot!("refused", pages.join("\n"));
}
