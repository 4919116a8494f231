//! The threads that read and verify, one a core, whoever submits. They are less urgent than the
//! writer: it alone makes records durable, and everybody waits for it.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::LazyLock;
use tokio::sync::oneshot;

/// How much less urgent than the writer (steps of `nice`, of which each is about a quarter).
const YIELD_STEPS: i32 = 10;

static CREW: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    ThreadPoolBuilder::new()
        .thread_name(|n| format!("shisu-verify-{n}"))
        .start_handler(|_| {
            // On Linux this is said of one thread. Where it may not be said, all are as urgent as
            // each other, which is slower and no harm.
            if cfg!(target_os = "linux")
                && let Err(cause) = rustix::process::nice(YIELD_STEPS)
            {
                tracing::debug!(%cause, "verification is as urgent as the writer");
            }
        })
        .build()
        .map_err(|cause| tracing::warn!(%cause, "no threads to verify with"))
        .ok()
});

/// Runs `work` among the crew, or here if there is none to be had.
pub(in crate::app) fn among<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match CREW.as_ref() {
        Some(crew) => crew.install(work),
        None => work(),
    }
}

/// Starts `work` among the crew; nobody waits for it.
pub(super) fn aside(work: impl FnOnce() + Send + 'static) {
    match CREW.as_ref() {
        Some(crew) => crew.spawn(work),
        None => work(),
    }
}

/// Starts `work` among the crew; its result comes when it is done.
pub(super) fn later<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> oneshot::Receiver<T> {
    let (sender, result) = oneshot::channel();
    // Somebody who no longer waits has gone; what they submitted is dropped with the result.
    let run = move || drop(sender.send(work()));
    match CREW.as_ref() {
        Some(crew) => crew.spawn(run),
        None => run(),
    }
    result
}
