// A js-libp2p peer with what the programs here have in common: TCP, Noise, yamux, identify, ping.
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

/** Prints one event as one line of JSON. */
export function tell (event, fields) {
  console.log(JSON.stringify({ event, ...fields }))
}

/** Starts a peer that listens on loopback and tells when it has identified another. */
export async function startPeer () {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { inboundConnectionThreshold: 1e6 },
    services: { identify: identify(), ping: ping() }
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
