//! A rust-libp2p peer over TCP, Noise or TLS, and yamux. ../README.md describes its commands and what it prints.
mod drive;
mod kad;
mod serve;

use std::{collections::HashMap, error::Error, str::FromStr, time::Duration};

use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Swarm, SwarmBuilder, identify, identity, noise, ping,
    swarm::{NetworkBehaviour, SwarmEvent},
    tcp, tls, yamux,
};
use tokio::{io::AsyncReadExt, sync::mpsc};

pub const IDENTIFY_VERSION: &str = "interop/1.0.0";

pub type Failure = Box<dyn Error + Send + Sync>;

#[derive(NetworkBehaviour)]
pub struct Behaviour {
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    stream: libp2p_stream::Behaviour,
}

pub struct Options {
    named: HashMap<String, String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Options, Failure> {
        let mut named = HashMap::new();
        for pair in arguments.chunks(2) {
            match pair {
                [name, value] if name.starts_with("--") => named.insert(name[2..].into(), value.clone()),
                _ => return Err(format!("not an option with a value: {pair:?}").into()),
            };
        }
        Ok(Options { named })
    }

    pub fn number<T: FromStr>(&self, name: &str, otherwise: T) -> Result<T, Failure> {
        match self.named.get(name) {
            None => Ok(otherwise),
            Some(text) => text.parse().map_err(|_| format!("--{name} {text} is no number").into()),
        }
    }

    pub fn text<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a str {
        self.named.get(name).map_or(otherwise, String::as_str)
    }

    pub fn is_tls(&self) -> Result<bool, Failure> {
        match self.text("security", "noise") {
            "noise" => Ok(false),
            "tls" => Ok(true),
            other => Err(format!("no such security: {other}").into()),
        }
    }
}

/// Returns a text as a string of JSON.
pub fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c.is_control() => json.push_str(&format!("\\u{:04x}", c as u32)),
            c => json.push(c),
        }
    }
    json + "\""
}

pub fn quoted_list<T: ToString>(items: &[T]) -> String {
    let texts: Vec<String> = items.iter().map(|item| quoted(&item.to_string())).collect();
    format!("[{}]", texts.join(","))
}

pub fn start(tls_only: bool) -> Result<Swarm<Behaviour>, Failure> {
    start_with(tls_only, |key| Behaviour {
        identify: identify::Behaviour::new(
            identify::Config::new_with_signed_peer_record(IDENTIFY_VERSION.into(), key)
                .with_agent_version("surgemesh-interop-rust".into()),
        ),
        ping: ping::Behaviour::default(),
        stream: libp2p_stream::Behaviour::new(),
    })
}

pub fn start_with<B: NetworkBehaviour>(
    tls_only: bool,
    behaviour: impl FnOnce(&identity::Keypair) -> B,
) -> Result<Swarm<B>, Failure> {
    let tcp = tcp::Config::default().nodelay(true);
    let builder = SwarmBuilder::with_existing_identity(identity::Keypair::generate_ed25519()).with_tokio();
    let patient = |config: libp2p::swarm::Config| config.with_idle_connection_timeout(Duration::from_secs(600));
    Ok(if tls_only {
        builder
            .with_tcp(tcp, tls::Config::new, yamux::Config::default)?
            .with_behaviour(behaviour)?
            .with_swarm_config(patient)
            .build()
    } else {
        builder
            .with_tcp(tcp, noise::Config::new, yamux::Config::default)?
            .with_behaviour(behaviour)?
            .with_swarm_config(patient)
            .build()
    })
}

pub fn tell_listening(own: &PeerId, addresses: &mut Vec<Multiaddr>, another: Multiaddr) {
    addresses.push(another.with_p2p(*own).expect("an address without a peer"));
    println!("{{\"event\":\"listening\",\"peerId\":\"{own}\",\"addresses\":{}}}", quoted_list(addresses));
}

pub fn tell_identified(peer: &PeerId, info: &identify::Info) {
    println!(
        "{{\"event\":\"identified\",\"peerId\":\"{peer}\",\"agentVersion\":{},\"protocols\":{},\
         \"listenAddrs\":{},\"signedRecord\":{}}}",
        quoted(&info.agent_version),
        quoted_list(&info.protocols),
        quoted_list(&info.listen_addrs),
        info.signed_peer_record.is_some()
    );
}

/// What a peer has done so far, for whoever drives it.
pub enum Seen {
    Connected(PeerId),
    Identified,
    Pinged,
}

/// Runs a swarm for good and prints what it sees.
pub fn run(mut swarm: Swarm<Behaviour>) -> mpsc::UnboundedReceiver<Seen> {
    let (seen, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut addresses: Vec<Multiaddr> = Vec::new();
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::NewListenAddr { address, .. } => {
                    tell_listening(swarm.local_peer_id(), &mut addresses, address);
                }
                SwarmEvent::ConnectionEstablished { peer_id, .. } => {
                    let _ = seen.send(Seen::Connected(peer_id));
                }
                SwarmEvent::OutgoingConnectionError { error, .. } => failed(&error.into()),
                SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. })) => {
                    tell_identified(&peer_id, &info);
                    let _ = seen.send(Seen::Identified);
                }
                SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event { result: Ok(time), .. })) => {
                    println!("{{\"event\":\"pinged\",\"nanos\":{}}}", time.as_nanos());
                    let _ = seen.send(Seen::Pinged);
                }
                _ => {}
            }
        }
    });
    receiver
}

async fn until_told_to_stop() {
    let mut ignored = Vec::new();
    let _ = tokio::io::stdin().read_to_end(&mut ignored).await;
}

fn failed(failure: &Failure) -> ! {
    println!("{{\"event\":\"failed\",\"error\":{}}}", quoted(&failure.to_string()));
    std::process::exit(1);
}

async fn command(arguments: &[String]) -> Result<(), Failure> {
    const USAGE: &str = "usage: peer listen | kad | check ADDR | perf ADDR | streams ADDR | handshakes ADDR [options]";
    let (name, rest) = arguments.split_first().ok_or(USAGE)?;
    if name == "listen" {
        let mut swarm = start(Options::parse(rest)?.is_tls()?)?;
        serve::serve(&mut swarm)?;
        swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
        let _seen = run(swarm);
        until_told_to_stop().await;
        return Ok(());
    }
    if name == "kad" {
        return kad::kademlia(&Options::parse(rest)?).await;
    }
    let (address, rest) = rest.split_first().ok_or("no address")?;
    let address: Multiaddr = address.parse()?;
    let options = Options::parse(rest)?;
    match name.as_str() {
        "check" => {
            drive::check(address, &options).await?;
            println!("{{\"event\":\"done\"}}");
            until_told_to_stop().await;
            Ok(())
        }
        "perf" => drive::perf(address, &options).await,
        "streams" => drive::streams(address, &options).await,
        "handshakes" => drive::handshakes(address, &options).await,
        _ => Err(USAGE.into()),
    }
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(failure) = command(&arguments).await {
        failed(&failure);
    }
    // Does not wait for the thread that reads the input.
    std::process::exit(0);
}
