//! The protocols that this peer answers.
use std::{future::Future, io};

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::{Stream, StreamProtocol, Swarm};
use sha2::{Digest, Sha256};

use crate::{Behaviour, Failure};

pub const ECHO: StreamProtocol = StreamProtocol::new("/surgemesh-interop/echo/1.0.0");
pub const SINK: StreamProtocol = StreamProtocol::new("/surgemesh-interop/sink/1.0.0");
pub const PERF: StreamProtocol = StreamProtocol::new("/perf/1.0.0");
pub const CHUNK_BYTES: usize = 64 * 1024;

pub fn serve(swarm: &mut Swarm<Behaviour>) -> Result<(), Failure> {
    accept(swarm, ECHO, echo)?;
    accept(swarm, SINK, sink)?;
    accept(swarm, PERF, answer_perf)
}

/// A stream is closed behind an answer that went well, and reset behind one that did not.
fn accept<F, A>(swarm: &mut Swarm<Behaviour>, protocol: StreamProtocol, answer: A) -> Result<(), Failure>
where
    F: Future<Output = io::Result<()>> + Send + 'static,
    A: Fn(Stream) -> F + Send + 'static,
{
    let mut incoming = swarm.behaviour().stream.new_control().accept(protocol.clone())?;
    tokio::spawn(async move {
        while let Some((_, stream)) = incoming.next().await {
            let answered = answer(stream);
            let protocol = protocol.clone();
            tokio::spawn(async move {
                if answered.await.is_err() {
                    println!("{{\"event\":\"reset\",\"protocol\":\"{protocol}\"}}");
                }
            });
        }
    });
    Ok(())
}

async fn echo(mut stream: Stream) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            // A stream that was reset reads like one that was closed, but cannot be written to.
            let _ = stream.write(&[]).await?;
            return stream.close().await;
        }
        stream.write_all(&buffer[..count]).await?;
        stream.flush().await?;
    }
}

async fn sink(mut stream: Stream) -> io::Result<()> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            break;
        }
        digest.update(&buffer[..count]);
    }
    stream.write_all(&digest.finalize()).await?;
    stream.close().await
}

async fn answer_perf(mut stream: Stream) -> io::Result<()> {
    let mut request = [0; 8];
    stream.read_exact(&mut request).await?;
    let mut buffer = vec![0; CHUNK_BYTES];
    while stream.read(&mut buffer).await? > 0 {}
    write_zeros(&mut stream, u64::from_be_bytes(request), CHUNK_BYTES).await?;
    stream.close().await
}

pub async fn write_zeros(stream: &mut Stream, mut count: u64, chunk: usize) -> io::Result<()> {
    let zeros = vec![0; chunk];
    while count > 0 {
        let piece = count.min(chunk as u64) as usize;
        stream.write_all(&zeros[..piece]).await?;
        count -= piece as u64;
    }
    Ok(())
}
