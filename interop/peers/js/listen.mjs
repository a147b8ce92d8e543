// Listens until its input ends. Echoes /test/echo/1.0.0.
import { startPeer, tell } from './peer.mjs'

const node = await startPeer()
await node.handle('/test/echo/1.0.0', (stream) => {
  stream.addEventListener('message', ({ data }) => stream.send(data))
  stream.addEventListener('remoteCloseWrite', () => stream.close())
})
tell('listening', {
  peerId: node.peerId.toString(),
  addresses: node.getMultiaddrs().map(String)
})
process.stdin.on('end', async () => {
  await node.stop()
  process.exit(0)
})
process.stdin.resume()
