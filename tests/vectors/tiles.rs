//! The part of `log.json` about the paths of tiles.

use serde_json::{Value, json};
use shisu::core::log::TilePath;
use shisu::core::log::tile::TileKind;
use shisu::core::text::Explain;

const TILE_PATHS: [&str; 10] = [
    "tile/0/000",
    "tile/0/000.p/1",
    "tile/0/000.p/255",
    "tile/1/001",
    "tile/0/x001/067",
    "tile/3/x001/x234/067.p/5",
    "tile/63/000",
    "tile/entries/000",
    "tile/entries/x123/456.p/112",
    "tile/0/x036/x028/x797/x018/x963/967",
];

const BAD_TILE_PATHS: [&str; 20] = [
    "",
    "/tile/0/000",
    "tile/0",
    "tile/0/",
    "tile/0/0",
    "tile/0/1000",
    "tile/00/000",
    "tile/-1/000",
    "tile/64/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p/",
    "tile/0/x000/001",
    "tile/0/001/002",
    "tile/0/x001/x002",
    "tile/0/000/",
    "tile/data/000",
    "tile/0/x036/x028/x797/x018/x963/968",
    "tile/0/000.p/5/",
];

pub fn tiles() -> Value {
    let good = TILE_PATHS.map(|text| {
        let tile = TilePath::parse(text).unwrap();
        assert_eq!(tile.to_string(), text);
        let kind = match tile.kind() {
            TileKind::Hashes(level) => json!(level),
            TileKind::Entries => json!("entries"),
        };
        // An index may be beyond 2^53, so it is text here.
        json!({"path": text, "level": kind, "index": tile.index().to_string(), "width": tile.width()})
    });
    for text in BAD_TILE_PATHS {
        let refused = TilePath::parse(text).map(|_tile| text).expect_err(text);
        assert_eq!(refused.code(), "tile_path", "{text}");
    }
    json!({"good": good, "bad": BAD_TILE_PATHS})
}
