//! System calls that fail on purpose (libfiu).

use std::path::PathBuf;

/// Input/output error.
pub const EIO: u32 = 5;
/// No space left on device.
pub const ENOSPC: u32 = 28;

/// The environment in which `call` (such as `posix/io/sync/fdatasync`) fails with `errno`, with this
/// probability.
pub fn failing(call: &str, errno: u32, probability: f64) -> [(&'static str, String); 3] {
    let preload: Vec<String> = ["fiu_run_preload.so", "fiu_posix_preload.so"]
        .map(library)
        .iter()
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    let enable = format!("enable_random name={call},probability={probability},failinfo={errno}");
    [
        ("LD_PRELOAD", preload.join(":")),
        ("FIU_ENABLE", enable),
        ("FIU_CTRL_FIFO", String::new()),
    ]
}

fn library(name: &str) -> PathBuf {
    let mut places = vec![
        PathBuf::from("/usr/lib/fiu"),
        PathBuf::from("/usr/local/lib/fiu"),
        PathBuf::from("/usr/lib64/fiu"),
    ];
    let libraries = std::fs::read_dir("/usr/lib").into_iter().flatten();
    places.extend(libraries.flatten().map(|entry| entry.path().join("fiu")));
    places
        .into_iter()
        .map(|place| place.join(name))
        .find(|path| path.exists())
        .unwrap_or_else(|| {
            panic!(
                "{name} is needed to make system calls fail: install fiu-utils (scripts/setup test)"
            )
        })
}
