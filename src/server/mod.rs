//! A server that runs: the interface put together, a socket, TLS, and an orderly end.

mod connections;
pub mod pages;
mod tls;

use crate::api::around::around;
use crate::api::limits::body::Room;
use crate::api::limits::gate::Gate;
use crate::api::limits::large::{Answers, counted};
use crate::api::{configure, nothing_here, openapi};
use crate::app::AppError;
use crate::app::examples::examples;
use crate::app::node::Node;
use crate::web;
use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, get, to};
use actix_web::{App, HttpServer};
use connections::{Connections, connections_max};
use socket2::{Domain, Socket, Type};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

/// Connections that may wait to be taken up; the system may allow fewer. Whoever finds them all
/// taken tries again a second later.
const BACKLOG: i32 = 4_096;

/// How often it is looked whether all requests have ended.
const CLOSE_STEP: Duration = Duration::from_millis(5);

/// How long the other side may take to end a connection.
const DISCONNECT_MAX: Duration = Duration::from_secs(1);

/// What all threads share.
#[derive(Clone)]
struct Shared {
    node: Data<Node>,
    room: Data<Room>,
    answers: Data<Answers>,
    gate: Data<Gate>,
    document: Data<openapi::Document>,
}

impl Shared {
    fn of(node: &Arc<Node>) -> Result<Self, AppError> {
        let document = openapi::Document::new(&examples(node)?);
        let document = document.map_err(|problem| AppError::Input(problem.to_string()))?;
        Ok(Self {
            node: Data::from(Arc::clone(node)),
            room: Data::new(Room::default()),
            answers: Data::new(Answers::default()),
            gate: Data::new(Gate::new(&node.config().rates, &node.config().limits)),
            document: Data::new(document),
        })
    }

    fn give(&self, config: &mut ServiceConfig<'_>) {
        config
            .app_data(self.node.clone())
            .app_data(self.room.clone())
            .app_data(self.answers.clone())
            .app_data(self.gate.clone())
            .app_data(self.document.clone());
    }
}

/// A server that is listening.
pub struct Server {
    node: Arc<Node>,
    running: actix_web::dev::Server,
    address: SocketAddr,
}

/// How to end a server from elsewhere.
#[derive(Clone)]
pub struct Stop(ServerHandle);

impl Stop {
    /// Stops accepting, lets requests under way end, and gives the server back to whoever runs
    /// it. Returns at once.
    pub fn begin(&self) {
        // The command is given by the call; whoever runs the server waits for its end.
        drop(self.0.stop(true));
    }
}

impl Server {
    /// Begins to listen. Must be called in a runtime of actix.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub fn start(node: Node) -> Result<Self, AppError> {
        let node = Arc::new(node);
        let config = node.config().clone();
        let no_socket =
            |cause: std::io::Error| AppError::Input(format!("{}: {cause}", config.listen));
        let listener = listen(config.listen).map_err(no_socket)?;
        let address = listener.local_addr().map_err(no_socket)?;
        let limits = &config.limits;
        let workers = match config.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            some => some,
        };
        let shared = Shared::of(&node)?;
        let connections = Connections::new(limits, &config.trusted_proxies);
        Node::watch(&node);
        let server = HttpServer::new(move || {
            App::new()
                .into_utoipa_app()
                .configure(|config| shared.give(config))
                // Before the interface: a page takes what a browser asks for, and leaves the rest.
                .map(|app| app.configure(web::configure))
                .configure(configure)
                .into_app()
                .route("/docs", get().to(openapi::to_docs))
                .service(openapi::docs())
                .wrap(from_fn(counted))
                .wrap(Compress::default())
                .wrap(from_fn(around))
                .default_service(to(nothing_here))
        })
        .on_connect(move |connection, about| connections.opened(connection, about))
        .workers(workers)
        .max_connections(connections_max(limits.connections_max).div_ceil(workers))
        .keep_alive(Duration::from_millis(limits.keep_alive_ms))
        .client_request_timeout(Duration::from_millis(limits.head_wait_ms))
        .client_disconnect_timeout(DISCONNECT_MAX)
        .tls_handshake_timeout(Duration::from_millis(limits.handshake_wait_ms))
        .shutdown_timeout(limits.stop_wait_ms.div_ceil(1_000))
        .disable_signals();
        let server = match &config.tls {
            None => server.listen(listener),
            Some(files) => {
                let certificates = tls::Certificates::read(files)?;
                let speaking = tls::config(&certificates)?;
                tls::watch(certificates, &node)?;
                server.listen_rustls_0_23(listener, speaking)
            }
        };
        let server = server.map_err(no_socket)?.run();
        Ok(Self {
            node,
            running: server,
            address,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How to end it.
    #[must_use]
    pub fn stopper(&self) -> Stop {
        Stop(self.running.handle())
    }

    /// Serves until it is stopped; then everything that was accepted is durable and answered, and
    /// the ledger is closed.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn run(self) -> Result<(), AppError> {
        let served = self.running.await;
        close(self.node).await;
        served.map_err(|cause| AppError::Stopped {
            reason: cause.to_string(),
        })
    }
}

/// Listens. The standard library would let 128 connections wait, which a crowd of phones fills.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // A server that starts anew takes the port up again at once.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Closes the ledger when the last request has let go of it, and waits for what is queued.
async fn close(mut node: Arc<Node>) {
    let patience = Duration::from_millis(node.config().limits.stop_wait_ms);
    let began = Instant::now();
    loop {
        match Arc::try_unwrap(node) {
            Ok(node) => return node.close(),
            Err(_in_use) if began.elapsed() > patience => {
                tracing::warn!("a request is still under way; the ledger is left to its database");
                return;
            }
            Err(in_use) => node = in_use,
        }
        actix_web::rt::time::sleep(CLOSE_STEP).await;
    }
}

/// Serves a ledger until the process is asked to end.
///
/// # Errors
/// When the address cannot be listened on, or the server fails.
pub fn serve(node: Node, ready: impl FnOnce(SocketAddr)) -> Result<(), AppError> {
    actix_web::rt::System::new().block_on(async move {
        let server = Server::start(node)?;
        let stop = server.stopper();
        let asked = asked_to_end();
        ready(server.address());
        actix_web::rt::spawn(async move {
            asked.await;
            tracing::info!("stopping: no more requests are taken");
            stop.begin();
        });
        server.run().await
    })
}

/// Waits for SIGTERM or SIGINT. Whoever calls this is heard from then on, not only once it is awaited.
fn asked_to_end() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let signals = {
        use actix_web::rt::signal::unix::{SignalKind, signal};
        (
            signal(SignalKind::terminate()),
            signal(SignalKind::interrupt()),
        )
    };
    async move {
        #[cfg(unix)]
        if let (Ok(mut term), Ok(mut int)) = signals {
            std::future::poll_fn(|task| {
                let ended = term.poll_recv(task).is_ready() || int.poll_recv(task).is_ready();
                match ended {
                    true => std::task::Poll::Ready(()),
                    false => std::task::Poll::Pending,
                }
            })
            .await;
            return;
        }
        drop(actix_web::rt::signal::ctrl_c().await);
    }
}
