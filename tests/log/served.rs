//! A published folder behind a small HTTP server, as any file server would have it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A file server; it ends with the test.
pub struct FileServer {
    /// Address below which the files are.
    pub url: String,
    /// As long as this is set, requests are taken and never answered.
    pub is_hanging: Arc<AtomicBool>,
    /// As long as this is set, bundles of entries are refused.
    pub refuses_entries: Arc<AtomicBool>,
}

impl FileServer {
    /// Serves `dir`.
    pub fn start(dir: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/log", listener.local_addr().unwrap());
        let is_hanging = Arc::new(AtomicBool::new(false));
        let refuses_entries = Arc::new(AtomicBool::new(false));
        let (dir, hanging) = (dir.to_path_buf(), Arc::clone(&is_hanging));
        let refuses = Arc::clone(&refuses_entries);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (dir, hanging) = (dir.clone(), Arc::clone(&hanging));
                let refuses = Arc::clone(&refuses);
                std::thread::spawn(move || serve(stream, &dir, &hanging, &refuses));
            }
        });
        Self {
            url,
            is_hanging,
            refuses_entries,
        }
    }
}

fn serve(mut stream: TcpStream, dir: &Path, hanging: &AtomicBool, refuses: &AtomicBool) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request).unwrap_or(0) == 0 {
            return;
        }
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap_or(0) > 2 {
            line.clear();
        }
        while hanging.load(Ordering::SeqCst) {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let path = request.split(' ').nth(1).unwrap_or_default();
        let path = path.strip_prefix("/log/").unwrap_or("none");
        let is_refused = path.contains("entries") && refuses.load(Ordering::SeqCst);
        let answer = match std::fs::read(PathBuf::from(dir).join(path)) {
            _ if is_refused => answer("403 Forbidden", b""),
            Ok(bytes) => answer("200 OK", &bytes),
            Err(_) => answer("404 Not Found", b"no such file"),
        };
        if stream.write_all(&answer).is_err() {
            return;
        }
    }
}

fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
