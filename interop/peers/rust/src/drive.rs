//! What this peer does as the one that dials.
use std::{
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt, future};
use libp2p::{
    Multiaddr, PeerId, Stream, Swarm,
    swarm::{SwarmEvent, dial_opts::DialOpts},
};
use libp2p_stream::Control;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    Behaviour, Failure, Options, Seen, run,
    serve::{self, CHUNK_BYTES, ECHO, PERF, SINK, write_zeros},
    start,
};

const PATIENCE: Duration = Duration::from_secs(20);

async fn connected(seen: &mut UnboundedReceiver<Seen>) -> Result<PeerId, Failure> {
    loop {
        match tokio::time::timeout(PATIENCE, seen.recv()).await? {
            Some(Seen::Connected(peer)) => return Ok(peer),
            Some(_) => {}
            None => return Err("the swarm is gone".into()),
        }
    }
}

/// Connects, identifies, pings, and moves bytes in every way there is.
pub async fn check(address: Multiaddr, options: &Options) -> Result<(), Failure> {
    let bytes: u64 = options.number("bytes", 64 << 20)?;
    let mut swarm = start(options.is_tls()?)?;
    serve::serve(&mut swarm)?;
    swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
    let mut control = swarm.behaviour().stream.new_control();
    swarm.dial(address)?;
    let mut seen = run(swarm);
    let peer = connected(&mut seen).await?;
    println!("{{\"event\":\"connected\",\"peerId\":\"{peer}\"}}");
    let (mut identified, mut pinged) = (false, false);
    while !(identified && pinged) {
        match tokio::time::timeout(PATIENCE, seen.recv()).await.map_err(|_| "not identified and pinged")? {
            Some(Seen::Identified) => identified = true,
            Some(Seen::Pinged) => pinged = true,
            _ => {}
        }
    }
    perf_once(&mut control, peer, bytes, bytes, CHUNK_BYTES).await.map_err(at("perf"))?;
    send_to_sink(&mut control, peer, bytes).await.map_err(at("sink"))?;
    send_to_echo(&mut control, peer, bytes).await.map_err(at("echo"))?;
    half_close(&mut control, peer).await.map_err(at("half-close"))?;
    reset_one(&mut control, peer).await.map_err(at("reset"))
}

fn at(step: &'static str) -> impl FnOnce(Failure) -> Failure {
    move |failure| format!("{step}: {failure}").into()
}

/// Fills a buffer with the next bytes of a sequence in which no piece repeats.
fn scramble(buffer: &mut [u8], state: &mut u64) {
    for word in buffer.chunks_exact_mut(8) {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        word.copy_from_slice(&state.to_le_bytes());
    }
}

/// Sends so many bytes, closes our direction and returns their hash.
async fn send_scrambled<W: AsyncWriteExt + Unpin>(to: &mut W, bytes: u64) -> io::Result<Vec<u8>> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut state = 0x9e3779b97f4a7c15;
    let mut left = bytes;
    while left > 0 {
        scramble(&mut buffer, &mut state);
        let piece = &buffer[..left.min(CHUNK_BYTES as u64) as usize];
        digest.update(piece);
        to.write_all(piece).await?;
        left -= piece.len() as u64;
    }
    to.close().await?;
    Ok(digest.finalize().to_vec())
}

async fn send_to_sink(control: &mut Control, peer: PeerId, bytes: u64) -> Result<(), Failure> {
    let mut stream = control.open_stream(peer, SINK).await?;
    let sent = send_scrambled(&mut stream, bytes).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    if answer != sent {
        return Err("they hashed something else".into());
    }
    println!("{{\"event\":\"sunk\",\"bytes\":{bytes}}}");
    Ok(())
}

async fn send_to_echo(control: &mut Control, peer: PeerId, bytes: u64) -> Result<(), Failure> {
    let (mut from, mut to) = control.open_stream(peer, ECHO).await?.split();
    let receive = async {
        let mut digest = Sha256::new();
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            match from.read(&mut buffer).await? {
                0 => return io::Result::Ok(digest.finalize().to_vec()),
                count => digest.update(&buffer[..count]),
            }
        }
    };
    let (sent, came) = future::try_join(send_scrambled(&mut to, bytes), receive).await?;
    if came != sent {
        return Err("something else came back".into());
    }
    println!("{{\"event\":\"echoed\",\"bytes\":{bytes}}}");
    Ok(())
}

/// Closes our direction before the first answer, and reads on.
async fn half_close(control: &mut Control, peer: PeerId) -> Result<(), Failure> {
    let mut stream = control.open_stream(peer, ECHO).await?;
    stream.write_all(b"half").await?;
    stream.close().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    if answer != b"half" {
        return Err(format!("back came {answer:?}").into());
    }
    println!("{{\"event\":\"halfClosed\"}}");
    Ok(())
}

/// Resets a stream in use, which is what dropping it does; the next one works.
async fn reset_one(control: &mut Control, peer: PeerId) -> Result<(), Failure> {
    let mut stream = control.open_stream(peer, ECHO).await?;
    stream.write_all(b"reset").await?;
    stream.flush().await?;
    stream.read_exact(&mut [0; 5]).await?;
    drop(stream);
    one_byte(control, peer).await?;
    println!("{{\"event\":\"resetSent\"}}");
    Ok(())
}

async fn one_byte(control: &mut Control, peer: PeerId) -> Result<(), Failure> {
    let mut stream = control.open_stream(peer, ECHO).await?;
    stream.write_all(&[1]).await?;
    stream.flush().await?;
    stream.read_exact(&mut [0; 1]).await?;
    stream.close().await?;
    Ok(())
}

async fn perf_once(
    control: &mut Control,
    peer: PeerId,
    upload: u64,
    download: u64,
    chunk: usize,
) -> Result<(), Failure> {
    let mut stream: Stream = control.open_stream(peer, PERF).await?;
    let opened = Instant::now();
    stream.write_all(&download.to_be_bytes()).await?;
    write_zeros(&mut stream, upload, chunk).await?;
    stream.close().await?;
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut count = stream.read(&mut buffer).await?;
    let answered = Instant::now();
    let mut came = count as u64;
    while count > 0 {
        count = stream.read(&mut buffer).await?;
        came += count as u64;
    }
    if came != download {
        return Err(format!("{came} bytes came, asked for were {download}").into());
    }
    println!(
        "{{\"event\":\"perf\",\"uploadBytes\":{upload},\"uploadNanos\":{},\"downloadBytes\":{download},\
         \"downloadNanos\":{}}}",
        (answered - opened).as_nanos(),
        answered.elapsed().as_nanos()
    );
    Ok(())
}

async fn dialled(address: Multiaddr, options: &Options) -> Result<(Control, PeerId), Failure> {
    let mut swarm = start(options.is_tls()?)?;
    let control = swarm.behaviour().stream.new_control();
    swarm.dial(address)?;
    let peer = connected(&mut run(swarm)).await?;
    Ok((control, peer))
}

/// Measures throughput, several times on one connection.
pub async fn perf(address: Multiaddr, options: &Options) -> Result<(), Failure> {
    let (mut control, peer) = dialled(address, options).await?;
    let upload = options.number("upload", 0)?;
    let download = options.number("download", 0)?;
    let chunk = options.number("chunk", CHUNK_BYTES)?;
    for _ in 0..options.number("runs", 1)? {
        perf_once(&mut control, peer, upload, download, chunk).await?;
    }
    Ok(())
}

/// Opens streams with one byte there and back, several times on one connection.
pub async fn streams(address: Multiaddr, options: &Options) -> Result<(), Failure> {
    let (control, peer) = dialled(address, options).await?;
    for _ in 0..options.number("runs", 1)? {
        in_parallel("streams", options, |left| {
            let mut control = control.clone();
            async move {
                while take(&left) {
                    one_byte(&mut control, peer).await?;
                }
                Ok(())
            }
        })
        .await?;
    }
    Ok(())
}

/// Dials and closes; each of the parallel ones is a swarm of its own.
pub async fn handshakes(address: Multiaddr, options: &Options) -> Result<(), Failure> {
    let tls = options.is_tls()?;
    for _ in 0..options.number("runs", 1)? {
        in_parallel("handshakes", options, |left| {
            let address = address.clone();
            async move {
                let mut swarm = start(tls)?;
                while take(&left) {
                    handshake(&mut swarm, &address).await?;
                }
                Ok(())
            }
        })
        .await?;
    }
    Ok(())
}

async fn handshake(swarm: &mut Swarm<Behaviour>, address: &Multiaddr) -> Result<(), Failure> {
    let dial = DialOpts::unknown_peer_id().address(address.clone()).build();
    swarm.dial(dial)?;
    let mut open = None;
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::ConnectionEstablished { connection_id, .. } => {
                open = Some(connection_id);
                swarm.close_connection(connection_id);
            }
            SwarmEvent::ConnectionClosed { connection_id, .. } if open == Some(connection_id) => return Ok(()),
            SwarmEvent::OutgoingConnectionError { error, .. } => return Err(error.into()),
            _ => {}
        }
    }
}

/// Takes one of what is left to do; false when there is none.
fn take(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1)).is_ok()
}

/// Runs as many workers as told until all is done, and prints how long it took.
async fn in_parallel<F, W>(event: &str, options: &Options, worker: W) -> Result<(), Failure>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
    W: Fn(Arc<AtomicUsize>) -> F,
{
    let count: usize = options.number("count", 1000)?;
    let parallel: usize = options.number("parallel", 1)?;
    let left = Arc::new(AtomicUsize::new(count));
    let begun = Instant::now();
    let workers = (0..parallel).map(|_| tokio::spawn(worker(left.clone())));
    for done in future::join_all(workers).await {
        done??;
    }
    println!(
        "{{\"event\":\"{event}\",\"count\":{count},\"parallel\":{parallel},\"nanos\":{}}}",
        begun.elapsed().as_nanos()
    );
    Ok(())
}
