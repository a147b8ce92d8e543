// A js-libp2p peer over TCP, Noise or TLS, and yamux. ../README.md describes its commands and what it prints.
import './poly.mjs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { check, handshakes, perf, streams } from './drive.mjs'
import { kademlia, obey } from './kad.mjs'
import { serve } from './serve.mjs'
import { tell } from './tell.mjs'

const SECURITY = { noise, tls }

/** Starts a peer that tells when it has identified another. */
async function start (security, listen, key = 'Ed25519', more = {}) {
  const node = await createLibp2p({
    privateKey: await generateKeyPair(key),
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [SECURITY[security]()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { inboundConnectionThreshold: 1e6 },
    connectionMonitor: { enabled: false },
    services: { identify: identify(), identifyPush: identifyPush(), ping: ping(), ...more }
  })
  node.addEventListener('peer:identify', ({ detail }) => tell('identified', {
    peerId: detail.peerId.toString(),
    agentVersion: detail.agentVersion,
    protocols: detail.protocols,
    listenAddrs: detail.listenAddrs.map(String),
    signedRecord: detail.signedPeerRecord != null
  }))
  return node
}

const [command, ...rest] = process.argv.slice(2)
const address = command === 'listen' || command === 'kad' ? undefined : multiaddr(rest.shift())
const { values } = parseArgs({
  args: rest,
  options: {
    security: { type: 'string', default: 'noise' },
    key: { type: 'string', default: 'Ed25519' },
    protocol: { type: 'string', default: '/ipfs/kad/1.0.0' },
    bytes: { type: 'string', default: String(64 << 20) },
    upload: { type: 'string', default: '0' },
    download: { type: 'string', default: '0' },
    chunk: { type: 'string', default: String(64 << 10) },
    count: { type: 'string', default: '1000' },
    parallel: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' }
  }
})
const { security, key, protocol, ...numbers } = values
const options = Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, Number(text)]))

function tellListening (node) {
  tell('listening', { peerId: node.peerId.toString(), addresses: node.getMultiaddrs().map(String) })
}

async function untilToldToStop () {
  for await (const ignored of process.stdin) void ignored
}

async function run () {
  switch (command) {
    case 'listen': {
      const node = await start(security, ['/ip4/127.0.0.1/tcp/0'], key)
      await serve(node)
      tellListening(node)
      for await (const protocol of createInterface({ input: process.stdin })) {
        await node.handle(protocol, (stream) => stream.close())
      }
      return
    }
    case 'kad': {
      const node = await start(security, ['/ip4/127.0.0.1/tcp/0'], key, { kad: kademlia(protocol) })
      tellListening(node)
      return await obey(node)
    }
    case 'check': {
      const node = await start(security, ['/ip4/127.0.0.1/tcp/0'])
      await serve(node)
      await check(node, address, options)
      tell('done')
      return await untilToldToStop()
    }
    case 'perf':
      return await perf(await start(security, []), address, options)
    case 'streams':
      return await streams(await start(security, []), address, options)
    case 'handshakes': {
      const nodes = []
      while (nodes.length < options.parallel) nodes.push(await start(security, []))
      return await handshakes(nodes, address, options)
    }
    default:
      throw new Error('usage: peer.mjs listen | kad | check ADDR | perf ADDR | streams ADDR | handshakes ADDR [options]')
  }
}

run().then(() => process.exit(0), (error) => {
  tell('failed', { error: error.message })
  process.exit(1)
})
