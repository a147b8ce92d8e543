// Dials the address given, pings it twice, waits to be identified, and stops when its input ends.
import { multiaddr } from '@multiformats/multiaddr'
import { startPeer, tell } from './peer.mjs'

const node = await startPeer()
const identified = new Promise((resolve) => node.addEventListener('peer:identify', resolve))
const connection = await node.dial(multiaddr(process.argv[2]), { signal: AbortSignal.timeout(10_000) })
tell('connected', {
  peerId: connection.remotePeer.toString(),
  encryption: connection.encryption,
  multiplexer: connection.multiplexer
})
for (let i = 0; i < 2; i++) {
  const millis = await node.services.ping.ping(connection.remotePeer, { signal: AbortSignal.timeout(10_000) })
  tell('pinged', { millis })
}
await identified
tell('done', {})
process.stdin.on('end', async () => {
  await node.stop()
  process.exit(0)
})
process.stdin.resume()
