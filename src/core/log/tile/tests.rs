//! Paths and bytes of tiles, against `tlog_tiles` where it names tiles alike.

use proptest::prelude::*;

use super::super::testing::leaves;
use super::*;

#[test]
fn paths_are_those_of_the_specification() {
    let path = |level, index, width| TilePath::hashes(level, index, width).unwrap().to_string();
    assert_eq!(path(0, 0, 256), "tile/0/000");
    assert_eq!(path(1, 1_234_067, 256), "tile/1/x001/x234/067");
    assert_eq!(path(2, 1_000, 17), "tile/2/x001/000.p/17");
    assert_eq!(
        TilePath::entries(273, 112).unwrap().to_string(),
        "tile/entries/273.p/112"
    );
}

#[test]
fn only_the_one_form_of_a_path_is_read() {
    for wrong in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/00/000",
        "tile/+1/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/+01",
        "tile/0/xx01/002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "tile/data/000",
        "tile/Entries/000",
        "tile/entries/1000",
        "tile/8/0/000",
        "tile/0/000 ",
        "tile/0/00\u{661}",
        "checkpoint",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(TilePath::parse(wrong), Err(TileError::Path), "{wrong}");
    }
}

#[test]
fn a_log_has_just_the_tiles_of_its_size() {
    // The example of the specification: a tree of 70,000 leaves.
    let within = |path: &str| TilePath::parse(path).unwrap().is_within(70_000);
    for there in [
        "tile/0/272",
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
        "tile/entries/273.p/112",
        "tile/0/273.p/5",
    ] {
        assert!(within(there), "{there}");
    }
    for absent in [
        "tile/0/273",
        "tile/0/273.p/113",
        "tile/1/001",
        "tile/2/000.p/2",
        "tile/3/000.p/1",
        "tile/63/000.p/1",
        "tile/entries/274.p/1",
    ] {
        assert!(!within(absent), "{absent}");
    }
}

#[test]
fn bundles_are_read_whole_or_not_at_all() {
    let entries: [&[u8]; 3] = [b"", b"one", &[7; ENTRY_BYTES_MAX]];
    let bundle = encode_entries(&entries).unwrap();
    assert_eq!(bundle.get(..7), Some(&b"\0\0\0\x03one"[..]));
    assert_eq!(decode_entries(&bundle, 3).unwrap(), entries);
    for width in [0, 1, 2, 4, 256] {
        let wrong = Err(TileError::Bundle { want: width });
        assert_eq!(decode_entries(&bundle, width), wrong);
    }
    assert!(decode_entries(&bundle[..bundle.len() - 1], 3).is_err());
    let long = vec![0; ENTRY_BYTES_MAX + 1];
    assert_eq!(
        encode_entries(&[&long]),
        Err(TileError::EntryTooLong(65_536))
    );
    assert_eq!(encode_entries::<&[u8]>(&[]), Err(TileError::Width));
    assert_eq!(encode_entries(&[b""; 257]), Err(TileError::Width));
}

#[test]
fn hash_tiles_keep_their_bytes() {
    let tile = Tile {
        level: 0,
        index: 5,
        hashes: leaves(256),
    };
    let bytes = tile.to_bytes();
    assert_eq!(bytes.len(), TILE_BYTES);
    assert_eq!(decode_hashes(&bytes, 256).unwrap(), tile.hashes);
    assert_eq!(tile.path().unwrap().to_string(), "tile/0/005");
    assert_eq!(
        decode_hashes(&bytes, 255),
        Err(TileError::Bytes {
            got: 8_192,
            want: 8_160
        })
    );
    assert!(decode_hashes(&bytes[1..], 256).is_err());
    assert!(
        Tile {
            level: 0,
            index: 0,
            hashes: vec![]
        }
        .path()
        .is_err()
    );
}

proptest! {
    #[test]
    fn a_path_is_read_as_it_was_written_and_as_tlog_tiles_writes_it(
        level in 0_u8..=63, index in 0_u64..=TILE_INDEX_MAX, short in 0_u32..55,
        width in 1_u16..=256, entries: bool,
    ) {
        let index = index >> short;
        let path = if entries {
            TilePath::entries(index, width).unwrap()
        } else {
            TilePath::hashes(level, index, width).unwrap()
        };
        let text = path.to_string();
        prop_assert_eq!(TilePath::parse(&text), Ok(path));
        let level = if entries { 0 } else { level };
        let theirs = tlog_tiles::Tile::new(8, level, index, width.into(), entries).path();
        let theirs = theirs.replacen("tile/8/", "tile/", 1).replacen("/data/", "/entries/", 1);
        prop_assert_eq!(text, theirs);
    }

    #[test]
    fn no_text_makes_the_path_parser_panic(
        text in "(tile/)?(entries/|[0-9]{1,3}/)?[x0-9/.p]{0,40}|\\PC{0,40}",
    ) {
        if let Ok(path) = TilePath::parse(&text) {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn no_bytes_make_the_bundle_parser_panic(
        bytes in prop::collection::vec(0_u8..4, 0..600), width in 0_u16..300,
    ) {
        if let Ok(entries) = decode_entries(&bytes, width)
            && let Ok(bundle) = encode_entries(&entries)
        {
            prop_assert_eq!(bundle, bytes);
        }
    }
}
