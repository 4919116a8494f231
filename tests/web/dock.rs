//! The frame of the workbench and the files that it loads.

use crate::site::{HTML, Site, demo_script};
use shisu::app::config::Config;
use shisu::app::link_host::LinkHost;

const PATHS: [&str; 2] = ["/workbench", "/join"];

/// What stands before the version in a frame.
const STYLE: &str = "rel=\"stylesheet\" href=\"/workbench/";

/// What stands between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

#[test]
fn the_workbench_is_a_frame_in_the_language_of_whoever_asks_and_loads_nothing_from_elsewhere() {
    let site = Site::demo();
    for path in PATHS {
        let page = site.page(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text().contains("lang=\"zh-Hans\""));
        assert!(page.text().contains("<noscript>"));
        let english = site.get(path, &[HTML, ("Cookie", "lang=en")]);
        assert!(english.text().contains("<html lang=\"en\">"), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval';",
            "worker-src 'self'",
            "style-src 'self';",
            "connect-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            page.header("permissions-policy")
                .unwrap()
                .contains("camera=(self)")
        );
        for named in page
            .text()
            .split("src=\"")
            .chain(page.text().split("href=\""))
            .skip(1)
        {
            assert!(
                !named.starts_with("http") && !named.starts_with("//"),
                "{named}"
            );
        }
    }
    let other = site.page("/report");
    let policy = other.header("content-security-policy").unwrap();
    assert!(!policy.contains("wasm"), "other pages load no WebAssembly");
    assert!(
        other
            .header("permissions-policy")
            .unwrap()
            .contains("camera=()")
    );
}

#[test]
fn the_frame_says_which_host_is_printed_and_has_an_icon_for_every_home_screen() {
    let plain = Site::demo();
    assert!(!plain.page("/workbench").text().contains("data-links"));
    let config = Config {
        link_host: Some(LinkHost::parse("zhejiang.shisu.example").unwrap()),
        ..Config::default()
    };
    let site = Site::of(&demo_script(), config);
    for path in PATHS {
        let page = site.page(path);
        let told = between(page.text(), "data-links=\"", "\"");
        assert_eq!(told, "https://zhejiang.shisu.example", "{path}");
        assert_ne!(page.header("etag"), plain.page(path).header("etag"));
    }
    let page = site.page("/workbench");
    let touch = between(page.text(), "rel=\"apple-touch-icon\" href=\"", "\"");
    let manifest = site.get("/workbench/app.webmanifest", &[]).json();
    let icons = manifest["icons"].as_array().unwrap().iter();
    let named: Vec<&str> = icons.map(|icon| icon["src"].as_str().unwrap()).collect();
    assert!(named.contains(&touch), "{named:?}");
    for path in named {
        let icon = site.get(path, &[]);
        assert_eq!(icon.status, 200, "{path}");
        let media = icon.header("content-type").unwrap();
        assert!(media.starts_with("image/"), "{path}: {media}");
    }
}

#[test]
fn whoever_has_the_frame_is_not_sent_it_again_and_files_of_a_version_never_change() {
    let site = Site::demo();
    let page = site.page("/workbench");
    let tag = page.header("etag").unwrap();
    let again = site.get("/workbench", &[HTML, ("If-None-Match", tag)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let version = between(page.text(), STYLE, "/dock/dock.css");
    let main = format!("/workbench/{version}/dock/main.js");
    let script = site.get(&main, &[]);
    assert_eq!(script.status, 200);
    assert!(
        script
            .header("cache-control")
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    let tag = script.header("etag").unwrap();
    assert_eq!(site.get(&main, &[("If-None-Match", tag)]).status, 304);
    for missing in [
        "/workbench/AAAAAAAAAAAAAAAA/dock/main.js".to_owned(),
        format!("/workbench/{version}/dock/none.js"),
        format!("/workbench/{version}/page/check.js"),
        format!("/workbench/{version}/dock/../page/check.js"),
    ] {
        let answer = site.get(&missing, &[]);
        assert_eq!(answer.status, 404, "{missing}");
    }
}

#[test]
fn the_service_worker_and_what_it_keeps_are_of_the_version_of_the_frame() {
    let site = Site::demo();
    let version = between(site.page("/workbench").text(), STYLE, "/dock/dock.css").to_owned();
    let worker = site.get("/workbench/worker.js", &[]);
    assert_eq!(worker.header("service-worker-allowed"), Some("/workbench"));
    assert_eq!(worker.header("cache-control"), Some("no-cache"));
    let told: serde_json::Value =
        serde_json::from_str(between(worker.text(), "const TOLD = ", ";\n")).unwrap();
    assert_eq!(told["version"], version.as_str());
    let files = told["files"].as_array().unwrap();
    let page = site.page("/workbench");
    let begins = between(
        page.text(),
        "<script type=\"module\" src=\"/workbench/",
        "\"",
    );
    let (_, main) = begins.split_once('/').unwrap();
    for wanted in [main, "dock/dock.css", "scan-worker.js", "zxing_reader.wasm"] {
        let named = |file: &serde_json::Value| file.as_str().unwrap().ends_with(wanted);
        assert!(files.iter().any(named), "{wanted}");
    }
    for file in files {
        let path = format!("/workbench/{version}/{}", file.as_str().unwrap());
        assert_eq!(site.get(&path, &[]).status, 200, "{path}");
    }
    let manifest = site.get("/workbench/app.webmanifest", &[]);
    assert_eq!(
        manifest.header("content-type"),
        Some("application/manifest+json")
    );
    assert_eq!(manifest.json()["scope"], "/workbench");
}
