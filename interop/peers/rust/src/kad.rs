//! A DHT that does what each line of its input says.
use std::{collections::HashSet, time::Duration};

use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, StreamProtocol, Swarm, identify, identity,
    kad::{
        self, GetClosestPeersError, GetClosestPeersOk, GetProvidersOk, GetRecordOk, QueryId, QueryResult, Quorum, Record,
        RecordKey, store::{MemoryStore, RecordStore},
    },
    multiaddr::Protocol,
    ping,
    swarm::{NetworkBehaviour, SwarmEvent},
};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::{Failure, IDENTIFY_VERSION, Options, quoted, quoted_list, start_with, tell_identified, tell_listening};

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: identify::Behaviour,
    // js-libp2p pings who is to enter its table.
    ping: ping::Behaviour,
    kad: kad::Behaviour<MemoryStore>,
}

struct Peer {
    swarm: Swarm<Behaviour>,
    protocol: StreamProtocol,
    addresses: Vec<Multiaddr>,
    known: HashSet<PeerId>,
}

/// A part of what a search found, the last one or not.
struct Progress {
    query: QueryId,
    result: QueryResult,
    last: bool,
}

pub async fn kademlia(options: &Options) -> Result<(), Failure> {
    let protocol = StreamProtocol::try_from_owned(options.text("protocol", "/ipfs/kad/1.0.0").into())?;
    let mut config = kad::Config::new(protocol.clone());
    config.set_periodic_bootstrap_interval(None);
    let swarm = start_with(options.is_tls()?, |key: &identity::Keypair| {
        let own = key.public().to_peer_id();
        let mut kad = kad::Behaviour::with_config(own, MemoryStore::new(own), config);
        kad.set_mode(Some(kad::Mode::Server));
        // Without a signed record: js-libp2p gives up on those that rust-libp2p makes.
        let identify = identify::Config::new(IDENTIFY_VERSION.into(), key.public());
        Behaviour { identify: identify::Behaviour::new(identify), ping: ping::Behaviour::default(), kad }
    })?;
    let mut peer = Peer { swarm, protocol, addresses: Vec::new(), known: HashSet::new() };
    peer.swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => match line? {
                None => return Ok(()),
                Some(line) => tokio::time::timeout(PATIENCE, peer.obey(&line)).await.map_err(|_| format!("{line}: too late"))??,
            },
            event = peer.swarm.select_next_some() => { peer.take(event); }
        }
    }
}

impl Peer {
    /// Takes an event in and returns the progress of a search, if it was that.
    fn take(&mut self, event: SwarmEvent<BehaviourEvent>) -> Option<Progress> {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => {
                // Only such addresses go into records.
                self.swarm.add_external_address(address.clone());
                tell_listening(self.swarm.local_peer_id(), &mut self.addresses, address);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. })) => {
                tell_identified(&peer_id, &info);
                // Who dialled this peer enters its table only so.
                if info.protocols.contains(&self.protocol) {
                    for address in info.listen_addrs {
                        self.swarm.behaviour_mut().kad.add_address(&peer_id, address);
                    }
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Kad(kad::Event::RoutingUpdated { peer, .. })) => {
                self.known.insert(peer);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Kad(kad::Event::OutboundQueryProgressed { id, result, step, .. })) => {
                return Some(Progress { query: id, result, last: step.last });
            }
            _ => {}
        }
        None
    }

    /// Waits for the end of a search, and returns all that it found.
    async fn results(&mut self, query: QueryId) -> Vec<QueryResult> {
        let mut results = Vec::new();
        loop {
            let event = self.swarm.select_next_some().await;
            if let Some(progress) = self.take(event)
                && progress.query == query
            {
                results.push(progress.result);
                if progress.last {
                    return results;
                }
            }
        }
    }

    async fn until_known(&mut self, peer: PeerId) {
        while !self.known.contains(&peer) {
            let event = self.swarm.select_next_some().await;
            self.take(event);
        }
    }

    async fn obey(&mut self, line: &str) -> Result<(), Failure> {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["connect", address] => self.connect(address.parse()?).await,
            ["know", peer] => {
                self.until_known(peer.parse()?).await;
                println!("{{\"event\":\"known\",\"peerId\":{}}}", quoted(peer));
                Ok(())
            }
            ["find", peer] => self.find(peer.parse()?).await,
            ["provide", key] => self.provide(key_of(key)?).await,
            ["providers", key] => self.providers(key_of(key)?).await,
            ["records", key] => self.records(&key_of(key)?),
            ["put", key, value] => self.put(Record::new(key_of(key)?, bytes(value)?)).await,
            ["get", key] => self.get(key_of(key)?).await,
            _ => Err(format!("no such command: {line}").into()),
        }
    }

    async fn connect(&mut self, address: Multiaddr) -> Result<(), Failure> {
        let Some(Protocol::P2p(peer)) = address.iter().last() else {
            return Err(format!("no peer in {address}").into());
        };
        self.swarm.dial(address)?;
        self.until_known(peer).await;
        println!("{{\"event\":\"connected\",\"peerId\":\"{peer}\"}}");
        Ok(())
    }

    async fn find(&mut self, wanted: PeerId) -> Result<(), Failure> {
        let query = self.swarm.behaviour_mut().kad.get_closest_peers(wanted);
        let mut addresses = Vec::new();
        for result in self.results(query).await {
            if let QueryResult::GetClosestPeers(
                Ok(GetClosestPeersOk { peers, .. }) | Err(GetClosestPeersError::Timeout { peers, .. }),
            ) = result
            {
                addresses.extend(peers.into_iter().filter(|peer| peer.peer_id == wanted).flat_map(|peer| peer.addrs));
            }
        }
        println!("{{\"event\":\"found\",\"peerId\":\"{wanted}\",\"addresses\":{}}}", quoted_list(&addresses));
        Ok(())
    }

    async fn provide(&mut self, key: RecordKey) -> Result<(), Failure> {
        let query = self.swarm.behaviour_mut().kad.start_providing(key)?;
        for result in self.results(query).await {
            if let QueryResult::StartProviding(provided) = result {
                provided?;
            }
        }
        println!("{{\"event\":\"provided\"}}");
        Ok(())
    }

    async fn providers(&mut self, key: RecordKey) -> Result<(), Failure> {
        let query = self.swarm.behaviour_mut().kad.get_providers(key);
        let mut ids = HashSet::new();
        for result in self.results(query).await {
            if let QueryResult::GetProviders(Ok(GetProvidersOk::FoundProviders { providers, .. })) = result {
                ids.extend(providers);
            }
        }
        println!("{{\"event\":\"providers\",\"peerIds\":{}}}", quoted_list(&Vec::from_iter(ids)));
        Ok(())
    }

    /// Tells of the providers that this peer keeps itself.
    fn records(&mut self, key: &RecordKey) -> Result<(), Failure> {
        let records = self.swarm.behaviour_mut().kad.store_mut().providers(key);
        let ids: Vec<PeerId> = records.into_iter().map(|record| record.provider).collect();
        println!("{{\"event\":\"records\",\"peerIds\":{}}}", quoted_list(&ids));
        Ok(())
    }

    async fn put(&mut self, record: Record) -> Result<(), Failure> {
        let query = self.swarm.behaviour_mut().kad.put_record(record, Quorum::One)?;
        for result in self.results(query).await {
            if let QueryResult::PutRecord(put) = result {
                put?;
            }
        }
        println!("{{\"event\":\"put\"}}");
        Ok(())
    }

    /// Takes the first value: this peer does not judge them.
    async fn get(&mut self, key: RecordKey) -> Result<(), Failure> {
        let query = self.swarm.behaviour_mut().kad.get_record(key);
        let value = self.results(query).await.into_iter().find_map(|result| match result {
            QueryResult::GetRecord(Ok(GetRecordOk::FoundRecord(found))) => Some(found.record.value),
            _ => None,
        });
        let hex: String = value.unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{{\"event\":\"got\",\"value\":\"{hex}\"}}");
        Ok(())
    }
}

fn bytes(hex: &str) -> Result<Vec<u8>, Failure> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)).collect()
}

fn key_of(hex: &str) -> Result<RecordKey, Failure> {
    Ok(bytes(hex)?.into())
}
