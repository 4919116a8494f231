//! Connections: how many there may be, from one address and in all, and how long one may stay
//! stuck. Whoever has too many loses the new one before a byte of it is read.

use crate::api::limits::address::subscriber;
use crate::app::config::Limits;
use crate::app::open_files;
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use std::any::Any;
use std::collections::HashMap;
use std::net::{IpAddr, Shutdown};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Open files that are kept free for the database, its logs and whatever else.
const FILES_KEPT: usize = 192;

/// Connections of each address.
#[derive(Debug, Clone)]
pub struct Connections {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    max: usize,
    /// How long the other side may leave what it was sent unread.
    stuck_max: Duration,
    trusted: Arc<[IpAddr]>,
}

/// A connection that counts until it is closed.
#[derive(Debug)]
struct Counted {
    connections: Connections,
    address: IpAddr,
}

impl Connections {
    /// As many from one address as the limits say; a trusted proxy stands for many and is not
    /// counted.
    #[must_use]
    pub fn new(limits: &Limits, trusted: &[IpAddr]) -> Self {
        Self {
            open: Arc::default(),
            max: limits.connections_per_address_max,
            stuck_max: Duration::from_millis(limits.answer_wait_ms),
            trusted: trusted.into(),
        }
    }

    /// Takes up a new connection, or ends it. Called before anything of it is read.
    pub fn opened(&self, connection: &dyn Any, about: &mut Extensions) {
        let tls = connection.downcast_ref::<TlsStream<TcpStream>>();
        let plain = connection.downcast_ref::<TcpStream>();
        let Some(stream) = plain.or_else(|| tls.map(|tls| tls.get_ref().0)) else {
            return;
        };
        let socket = socket2::SockRef::from(stream);
        #[cfg(target_os = "linux")]
        drop(socket.set_tcp_user_timeout(Some(self.stuck_max)));
        let Ok(peer) = stream.peer_addr() else {
            return;
        };
        let address = peer.ip().to_canonical();
        if self.trusted.contains(&address) {
            return;
        }
        match self.count(subscriber(address)) {
            Some(counted) => drop(about.insert(counted)),
            None => drop(socket.shutdown(Shutdown::Both)),
        }
    }

    fn count(&self, address: IpAddr) -> Option<Counted> {
        // The table is whole between any two statements, so a panic elsewhere is no harm.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= self.max {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Counted {
            connections: self.clone(),
            address,
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let open = self.connections.open.lock();
        let mut open = open.unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// Connections in all: those that are asked for, or as many as the process may open files.
/// Connections that were accepted beyond would keep the database from opening its own.
#[must_use]
pub fn connections_max(wanted: usize) -> usize {
    let Some(files) = open_files::raise(wanted.saturating_add(FILES_KEPT)) else {
        return wanted;
    };
    let room = files.saturating_sub(FILES_KEPT).max(FILES_KEPT);
    if wanted > room {
        tracing::warn!(
            wanted,
            room,
            "the limit of open files allows fewer connections than configured"
        );
    }
    wanted.min(room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_max(max: usize) -> Connections {
        let limits = Limits {
            connections_per_address_max: max,
            ..Limits::default()
        };
        Connections::new(&limits, &[])
    }

    #[test]
    fn an_address_has_so_many_connections_and_gets_them_back() {
        let connections = with_max(2);
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let first = connections.count(one).unwrap();
        let _second = connections.count(one).unwrap();
        assert!(connections.count(one).is_none());
        assert!(connections.count(other).is_some());
        drop(first);
        assert!(connections.count(one).is_some());
    }

    #[test]
    fn the_table_forgets_whoever_has_left() {
        let connections = with_max(1);
        drop(connections.count(IpAddr::from([192, 0, 2, 1])));
        assert!(connections.open.lock().unwrap().is_empty());
    }

    #[test]
    fn there_are_never_more_connections_than_asked_for() {
        assert_eq!(connections_max(1), 1);
    }
}
