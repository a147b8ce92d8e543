// The protocols that this peer answers, and how it reads and writes streams.
import { createHash } from 'node:crypto'
import { tell } from './tell.mjs'

export const ECHO = '/surgemesh-interop/echo/1.0.0'
export const SINK = '/surgemesh-interop/sink/1.0.0'
export const PERF = '/perf/1.0.0'
export const CHUNK_BYTES = 64 * 1024

export async function serve (node) {
  await accept(node, ECHO, echo)
  await accept(node, SINK, sink)
  await accept(node, PERF, answerPerf)
}

/** A stream is closed behind an answer that went well, and reset behind one that did not. */
async function accept (node, protocol, answer) {
  await node.handle(protocol, async (stream) => {
    try {
      await answer(stream)
      await stream.close()
    } catch (error) {
      if (error.name === 'StreamResetError') tell('reset', { protocol })
      stream.abort(error)
    }
  }, { maxInboundStreams: 1000 })
}

/** Hands over each piece until the peer has closed its direction; rejects when the stream breaks. */
export function read (stream, take) {
  return new Promise((resolve, reject) => {
    // Streams that break tell of their end first.
    stream.addEventListener('end', () => {
      if (stream.status !== 'reset' && stream.status !== 'aborted') resolve()
    })
    stream.addEventListener('close', ({ error }) => error == null ? resolve() : reject(error))
    stream.addEventListener('message', ({ data }) => {
      for (const piece of data instanceof Uint8Array ? [data] : data) take(piece)
    })
    if (stream.readableEnded) resolve()
  })
}

/** Sends a piece and waits until there is room for another. */
export async function write (stream, piece) {
  if (!stream.send(piece)) await stream.onDrain()
}

export async function writeZeros (stream, count, chunk) {
  const zeros = new Uint8Array(chunk)
  for (let left = count; left > 0; left -= chunk) {
    await write(stream, left < chunk ? zeros.subarray(0, left) : zeros)
  }
}

async function echo (stream) {
  // Yamux lets a peer send this far ahead of a paused reader, four times as much as the stream bears by default.
  stream.maxReadBufferLength = 17 * 1024 * 1024
  stream.addEventListener('drain', () => {
    if (stream.readStatus === 'paused') stream.resume()
  })
  await read(stream, (piece) => {
    if (!stream.send(piece) && stream.readStatus === 'readable') stream.pause()
  })
}

async function sink (stream) {
  const digest = createHash('sha256')
  await read(stream, (piece) => digest.update(piece))
  await write(stream, digest.digest())
}

async function answerPerf (stream) {
  const request = []
  await read(stream, (piece) => {
    for (let i = 0; i < piece.length && request.length < 8; i++) request.push(piece[i])
  })
  if (request.length < 8) throw new Error('a request cut short')
  await writeZeros(stream, Number(Buffer.from(request).readBigUInt64BE()), CHUNK_BYTES)
}
