//! A server on loopback, over the ledger of a small chain.

use crate::client::{Answer, Client};
use crate::place::Place;
use crate::town::{Put, Town, parse, prove};
use shisu::app::config::Config;
use shisu::app::link_host::LinkHost;
use shisu::app::node::Node;
use shisu::core::log::Receipt;
use shisu::server::{Server, Stop};
use std::net::SocketAddr;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

/// A server that runs until it is dropped.
pub struct Host {
    /// Who signs, and the ledger's place.
    pub town: Town,
    /// Where it listens.
    pub address: SocketAddr,
    running: Option<(Stop, JoinHandle<()>)>,
}

/// What tests tell a server: a port of its own, and no rates that would slow them.
pub fn config() -> Config {
    let mut config = Config::default();
    config.listen.set_port(0);
    config.workers = 2;
    config.link_host = Some(LinkHost::parse("zhejiang.shisu.example").unwrap());
    config.rates.address_per_s = 0;
    config.rates.key_per_s = 0;
    config
}

/// Runs a server in a thread of its own.
pub fn run(node: Node) -> (SocketAddr, Stop, JoinHandle<()>) {
    let (sender, started) = sync_channel(1);
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = Server::start(node).unwrap();
            sender.send((server.address(), server.stopper())).unwrap();
            server.run().await.unwrap();
        });
    });
    let (address, stop) = started.recv().unwrap();
    (address, stop, thread)
}

impl Host {
    /// A server with the chain enrolled.
    pub fn new(place: Place) -> Self {
        Self::with(place, config())
    }

    /// A server that is told `config`.
    pub fn with(place: Place, config: Config) -> Self {
        let mut town = Town::new(place);
        town.close();
        Self::over(town, config)
    }

    /// A server over a ledger that is closed.
    pub fn over(town: Town, config: Config) -> Self {
        let node = Node::open(town.place.options(), config).unwrap();
        let (address, stop, thread) = run(node);
        Self {
            town,
            address,
            running: Some((stop, thread)),
        }
    }

    /// A connection.
    pub fn client(&self) -> Client {
        Client::to(self.address)
    }

    /// Submits one record on a connection of its own.
    pub fn submit(&self, text: &str) -> Answer {
        post(&mut self.client(), text)
    }

    /// Submits what must be accepted as new; its receipt must hold.
    pub fn put(&mut self, name: &str, draft: &crate::common::Draft) -> Put {
        let text = self.town.sign(name, draft);
        let answer = self.submit(&text);
        assert_eq!(answer.status, 201, "{}", answer.text());
        let receipt = Receipt::parse(answer.text()).unwrap();
        prove(&self.town.world, &text, &receipt);
        Put {
            record: parse(&text),
            text,
            receipt,
        }
    }

    /// Begins to stop, as SIGTERM does.
    pub fn begin_to_stop(&self) {
        if let Some((stop, _)) = &self.running {
            stop.begin();
        }
    }

    /// Goes on with another server over the same ledger.
    pub fn replace(&mut self, address: SocketAddr, stop: Stop, thread: JoinHandle<()>) {
        self.address = address;
        self.running = Some((stop, thread));
    }

    /// Stops, and waits until the ledger is closed.
    pub fn stop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            stop.begin();
            thread.join().unwrap();
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            stop.begin();
            drop(thread.join());
        }
    }
}

/// Submits one record.
pub fn post(client: &mut Client, text: &str) -> Answer {
    let kind = [("Content-Type", "application/sd-jwt")];
    client.ask("POST", "/v1/records", &kind, text.as_bytes())
}

/// Submits many.
pub fn post_lines(client: &mut Client, body: &str) -> Answer {
    let kind = [("Content-Type", "application/x-ndjson")];
    client.ask("POST", "/v1/records", &kind, body.as_bytes())
}

/// A body of these records.
pub fn ndjson(texts: &[String]) -> String {
    let lines = texts
        .iter()
        .map(|text| serde_json::json!({ "record": text }).to_string() + "\n");
    lines.collect()
}
