// What this peer does as the one that dials.
import { createHash } from 'node:crypto'
import { CHUNK_BYTES, ECHO, PERF, SINK, read, write, writeZeros } from './serve.mjs'
import { tell } from './tell.mjs'

const PATIENCE_MILLIS = 20_000
const MANY = { maxOutboundStreams: 1000 }

const patience = () => AbortSignal.timeout(PATIENCE_MILLIS)

/** Connects, identifies, pings, and moves bytes in every way there is. */
export async function check (node, address, { bytes }) {
  const identified = new Promise((resolve, reject) => {
    node.addEventListener('peer:identify', resolve)
    setTimeout(() => reject(new Error('not identified')), PATIENCE_MILLIS).unref()
  })
  const connection = await node.dial(address, { signal: patience() })
  tell('connected', {
    peerId: connection.remotePeer.toString(),
    encryption: connection.encryption,
    multiplexer: connection.multiplexer
  })
  await identified
  const millis = await node.services.ping.ping(connection.remotePeer, { signal: patience() })
  tell('pinged', { nanos: millis * 1e6 })
  await at('perf', perfOnce(connection, { upload: bytes, download: bytes, chunk: CHUNK_BYTES }))
  await at('sink', sendToSink(connection, bytes))
  await at('echo', sendToEcho(connection, bytes))
  await at('half-close', halfClose(connection))
  await at('reset', resetOne(connection))
}

async function at (step, done) {
  try {
    await done
  } catch (error) {
    throw new Error(`${step}: ${error.message}`)
  }
}

/** Sends so many bytes in which no piece repeats, closes our direction and returns their hash. */
async function sendScrambled (stream, bytes) {
  const digest = createHash('sha256')
  let state = 0x9e3779b9
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
    // What was sent before may still be queued, so each piece is an array of its own.
    const words = new Uint32Array(CHUNK_BYTES / 4)
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      words[i] = state
    }
    const piece = new Uint8Array(words.buffer, 0, Math.min(left, CHUNK_BYTES))
    digest.update(piece)
    await write(stream, piece)
  }
  await stream.close()
  return digest.digest('hex')
}

async function sendToSink (connection, bytes) {
  const stream = await connection.newStream(SINK, MANY)
  const answer = []
  const answered = read(stream, (piece) => answer.push(piece))
  const [sent] = await Promise.all([sendScrambled(stream, bytes), answered])
  const hashed = Buffer.concat(answer).toString('hex')
  if (hashed !== sent) throw new Error(`they hashed ${hashed}, sent was ${sent}`)
  tell('sunk', { bytes })
}

async function sendToEcho (connection, bytes) {
  const stream = await connection.newStream(ECHO, MANY)
  const digest = createHash('sha256')
  const received = read(stream, (piece) => digest.update(piece))
  const [sent] = await Promise.all([sendScrambled(stream, bytes), received])
  const came = digest.digest('hex')
  if (came !== sent) throw new Error(`back came ${came}, sent was ${sent}`)
  tell('echoed', { bytes })
}

/** Closes our direction before the first answer, and reads on. */
async function halfClose (connection) {
  const stream = await connection.newStream(ECHO, MANY)
  const answer = []
  const answered = read(stream, (piece) => answer.push(piece))
  await write(stream, Buffer.from('half'))
  await stream.close()
  await answered
  if (Buffer.concat(answer).toString() !== 'half') throw new Error('something else came back')
  tell('halfClosed')
}

/** Resets a stream in use; the next one works. */
async function resetOne (connection) {
  const stream = await connection.newStream(ECHO, MANY)
  const heard = new Promise((resolve) => stream.addEventListener('message', resolve, { once: true }))
  await write(stream, Buffer.from('reset'))
  await heard
  stream.abort(new Error('on purpose'))
  await oneByte(connection)
  tell('resetSent')
}

async function oneByte (connection) {
  const stream = await connection.newStream(ECHO, MANY)
  const heard = new Promise((resolve, reject) => {
    stream.addEventListener('message', resolve, { once: true })
    stream.addEventListener('close', ({ error }) => reject(error ?? new Error('closed')))
  })
  await write(stream, new Uint8Array(1))
  await heard
  await stream.close()
}

async function perfOnce (connection, { upload, download, chunk }) {
  const stream = await connection.newStream(PERF, MANY)
  const opened = process.hrtime.bigint()
  let answered
  let came = 0
  const over = read(stream, (piece) => {
    answered ??= process.hrtime.bigint()
    came += piece.length
  })
  const request = Buffer.alloc(8)
  request.writeBigUInt64BE(BigInt(download))
  await write(stream, request)
  await writeZeros(stream, upload, chunk)
  await stream.close()
  await over
  const closed = process.hrtime.bigint()
  answered ??= closed
  if (came !== download) throw new Error(`${came} bytes came, asked for were ${download}`)
  tell('perf', {
    uploadBytes: upload,
    uploadNanos: Number(answered - opened),
    downloadBytes: download,
    downloadNanos: Number(closed - answered)
  })
}

/** Measures throughput, several times on one connection. */
export async function perf (node, address, options) {
  const connection = await node.dial(address, { signal: patience() })
  for (let i = 0; i < options.runs; i++) await perfOnce(connection, options)
}

/** Opens streams with one byte there and back, several times on one connection. */
export async function streams (node, address, options) {
  const connection = await node.dial(address, { signal: patience() })
  for (let i = 0; i < options.runs; i++) {
    await inParallel('streams', options, () => oneByte(connection))
  }
}

/** Dials and closes; each of the parallel ones is a node of its own. */
export async function handshakes (nodes, address, options) {
  for (let i = 0; i < options.runs; i++) {
    await inParallel('handshakes', options, async (worker) => {
      const connection = await nodes[worker].dial(address, { signal: patience(), force: true })
      await connection.close()
    })
  }
}

/** Does a thing count times, so many at once, and prints how long it took. */
async function inParallel (event, { count, parallel }, once) {
  const begun = process.hrtime.bigint()
  let left = count
  await Promise.all(Array.from({ length: parallel }, async (unused, worker) => {
    while (left-- > 0) await once(worker)
  }))
  tell(event, { count, parallel, nanos: Number(process.hrtime.bigint() - begun) })
}
