//! Pages of memory.

/// Asks the system for small pages of memory, of 4 KiB and not of 2 MiB, for the whole process. The
/// allocator asks for large ones; then what a connection or a waiting record leaves free between what
/// others hold stays resident, 26 MiB at the start and some 4 KiB a connection. Appends and reads
/// are as fast without them. Where the system knows no such thing, nothing changes.
pub fn keep_small() {
    #[cfg(target_os = "linux")]
    if let Err(cause) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%cause, "pages of memory stay as large as the system makes them");
    }
}
