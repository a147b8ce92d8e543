// A DHT that does what each line of its input says.
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { tell } from './tell.mjs'

const PATIENCE_MILLIS = 30_000
const POLL_MILLIS = 20
const RAW = 0x55
// The longest that a timer can wait.
const NEVER_MILLIS = 2 ** 31 - 1

/** The service: one that looks for nobody of its own accord, so that what it knows is what it was told. */
export function kademlia (protocol) {
  return kadDHT({
    protocol,
    clientMode: false,
    // The usual one drops loopback addresses.
    peerInfoMapper: passthroughMapper,
    allowQueryWithZeroPeers: true,
    initialQuerySelfInterval: NEVER_MILLIS,
    querySelfInterval: NEVER_MILLIS
  })
}

export async function obey (node) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, ...words] = line.split(' ')
    if (COMMANDS[command] == null) throw new Error(`no such command: ${line}`)
    try {
      await COMMANDS[command](node, ...words)
    } catch (error) {
      throw new Error(`${command}: ${error.message}`)
    }
  }
}

const COMMANDS = {
  async connect (node, address) {
    const { remotePeer } = await node.dial(multiaddr(address), patiently())
    await untilKnown(node, remotePeer)
    tell('connected', { peerId: remotePeer.toString() })
  },

  async know (node, peerId) {
    await untilKnown(node, peerIdFromString(peerId))
    tell('known', { peerId })
  },

  async find (node, peerId) {
    const [found] = await all(node.services.kad.findPeer(peerIdFromString(peerId), patiently()), 'FINAL_PEER')
    tell('found', { peerId, addresses: found?.peer.multiaddrs.map(String) ?? [] })
  },

  async provide (node, key) {
    await all(node.services.kad.provide(cid(key), patiently()))
    tell('provided')
  },

  async providers (node, key) {
    const events = await all(node.services.kad.findProviders(cid(key), patiently()), 'PROVIDER')
    const peerIds = events.flatMap(({ providers }) => providers.map(({ id }) => id.toString()))
    tell('providers', { peerIds: [...new Set(peerIds)] })
  },

  /** Tells of the providers that this peer keeps itself. */
  async records (node, key) {
    const providers = await node.services.kad.providers.getProviders(cid(key), patiently())
    tell('records', { peerIds: providers.map(String) })
  },

  async put (node, key, value) {
    await all(node.services.kad.put(bytes(key), bytes(value), patiently()))
    tell('put')
  },

  async get (node, key) {
    const values = await all(node.services.kad.get(bytes(key), patiently()), 'VALUE')
    tell('got', { value: Buffer.from(values.at(-1)?.value ?? []).toString('hex') })
  }
}

/** Returns the events of one name once a search is over; none when it found nothing. */
async function all (search, name) {
  const events = []
  try {
    for await (const event of search) {
      if (event.name === name) events.push(event)
    }
  } catch (error) {
    if (error.name !== 'NotFoundError') throw error
  }
  return events
}

async function untilKnown (node, peerId) {
  const { signal } = patiently()
  while (await node.services.kad.routingTable.find(peerId) == null) await sleep(POLL_MILLIS, undefined, { signal })
}

const patiently = () => ({ signal: AbortSignal.timeout(PATIENCE_MILLIS) })
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'))
const cid = (key) => CID.createV1(RAW, Digest.decode(bytes(key)))
