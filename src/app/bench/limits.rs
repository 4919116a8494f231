//! The limits of the machine at hand, measured in the same run as the figures.

use crate::app::AppError;
use crate::store::raw_insert_rate;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::Serialize;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long each limit is measured.
const MEASURE: Duration = Duration::from_secs(3);

/// What this machine can do at most.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Limits {
    /// V: strict verifications per second on all cores.
    pub verify_per_s: f64,
    /// W: raw durable inserts per second, one table, one unique index, groups of 1,000.
    pub insert_per_s: f64,
    /// L: the smaller of the two.
    pub limit_per_s: f64,
    /// fdatasync calls per second on the disk of the data.
    pub fdatasync_per_s: f64,
    /// Cores.
    pub cores: usize,
}

/// Measures the limits. `bytes` is the size of a typical record.
pub(super) fn measure(dir: &Path, bytes: usize) -> Result<Limits, AppError> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let verify_per_s = verify_rate(cores, bytes);
    let insert_per_s = raw_insert_rate(&dir.join("raw.sqlite"), bytes, MEASURE)?;
    let fdatasync_per_s = fdatasync_rate(dir)?;
    Ok(Limits {
        verify_per_s,
        insert_per_s,
        limit_per_s: verify_per_s.min(insert_per_s),
        fdatasync_per_s,
        cores,
    })
}

fn verify_rate(cores: usize, bytes: usize) -> f64 {
    let started = Instant::now();
    let counts: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|core| scope.spawn(move || verify_until(started, core, bytes)))
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or(0))
            .sum()
    });
    per_second(counts, started.elapsed())
}

fn verify_until(started: Instant, core: usize, bytes: usize) -> u64 {
    let seed = [u8::try_from(core).unwrap_or(u8::MAX); 32];
    let key = SigningKey::from_bytes(&seed);
    let message = vec![7_u8; bytes];
    let signature = key.sign(&message);
    let public = key.verifying_key();
    let mut count = 0_u64;
    while started.elapsed() < MEASURE {
        for _ in 0..64 {
            if public.verify_strict(&message, &signature).is_ok() {
                count = count.saturating_add(1);
            }
        }
    }
    count
}

fn fdatasync_rate(dir: &Path) -> Result<f64, AppError> {
    let path = dir.join("fdatasync.probe");
    let failed = |cause| AppError::file(&path, cause);
    let mut file = std::fs::File::create(&path).map_err(failed)?;
    file.write_all(&[0; 4096]).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    let (started, mut count) = (Instant::now(), 0_u64);
    while started.elapsed() < Duration::from_secs(1) {
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        file.write_all(&[1; 4096]).map_err(failed)?;
        file.sync_data().map_err(failed)?;
        count = count.saturating_add(1);
    }
    let rate = per_second(count, started.elapsed());
    std::fs::remove_file(&path).map_err(failed)?;
    Ok(rate)
}

/// `count` in `elapsed`, per second.
#[expect(
    clippy::as_conversions,
    reason = "figures are for people; the loss is below one in 2^52"
)]
pub(super) fn per_second(count: u64, elapsed: Duration) -> f64 {
    count as f64 / elapsed.as_secs_f64().max(1e-9)
}
