//! A test that runs in a process of its own: with system calls that fail, or with mounts that
//! nobody else sees and that are gone when it ends.

use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

/// Tells the test that it is in its own process, and where its files are.
const INSIDE: &str = "SHISU_FAULTS_INSIDE";

/// Asks for a mount namespace.
pub const MOUNTS: [&str; 1] = ["unshare"];

/// What the outer process said, if this is the inner one.
pub fn inside() -> Option<String> {
    std::env::var(INSIDE).ok()
}

/// Runs `test` again, inside; it must pass.
pub fn again(test: &str, folder: &str, through: &[&str], environment: &[(&str, String)]) {
    let this = std::env::current_exe().unwrap();
    let mut command = match through {
        [] => Command::new(this),
        [program, ..] => {
            let mut command = Command::new(program);
            // Whoever is not root becomes so in a namespace of their own.
            let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
            command.arg(if is_root { "-m" } else { "-rm" }).arg(this);
            command
        }
    };
    let output = command
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, folder)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "in its own process ({through:?}) the test failed; mounting needs root or user namespaces:\n\
         {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
