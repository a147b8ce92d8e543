package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ipfs/boxo/ipns"
	"github.com/ipfs/boxo/path"
	"github.com/ipfs/go-cid"
	kad "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/routing"
	"github.com/multiformats/go-multihash"
)

const (
	kadPatience = 30 * time.Second
	kadPoll     = 20 * time.Millisecond
)

type kadPeer struct {
	host host.Host
	dht  *kad.IpfsDHT
}

// kademlia serves a DHT and does what each line of its input says. It looks for nobody of its own accord, so that what
// it knows is what it was told.
func kademlia(ctx context.Context, o options) error {
	h, err := start(o.security, "/ip4/127.0.0.1/tcp/0")
	if err != nil {
		return err
	}
	defer h.Close()
	dht, err := kad.New(h, kad.Mode(kad.ModeServer), kad.V1ProtocolOverride(protocol.ID(o.protocol)),
		kad.DisableAutoRefresh())
	if err != nil {
		return err
	}
	defer dht.Close()
	tellListening(h)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		step, cancel := context.WithTimeout(ctx, kadPatience)
		err := kadPeer{h, dht}.do(step, words[0], words[1:])
		cancel()
		if err != nil {
			return fmt.Errorf("%s: %w", words[0], err)
		}
	}
	return lines.Err()
}

func (k kadPeer) do(ctx context.Context, command string, words []string) error {
	switch {
	case command == "connect" && len(words) == 1:
		return k.connect(ctx, words[0])
	case command == "know" && len(words) == 1:
		return k.know(ctx, words[0])
	case command == "find" && len(words) == 1:
		return k.find(ctx, words[0])
	case command == "ipns" && len(words) == 1:
		return k.ipns(words[0])
	}
	var bytes [][]byte
	for _, word := range words {
		decoded, err := hex.DecodeString(word)
		if err != nil {
			return err
		}
		bytes = append(bytes, decoded)
	}
	switch {
	case command == "provide" && len(bytes) == 1:
		return k.provide(ctx, bytes[0])
	case command == "providers" && len(bytes) == 1:
		return k.providers(ctx, bytes[0])
	case command == "records" && len(bytes) == 1:
		return k.records(ctx, bytes[0])
	case command == "put" && len(bytes) == 2:
		return k.put(ctx, bytes[0], bytes[1])
	case command == "get" && len(bytes) == 1:
		return k.get(ctx, bytes[0])
	}
	return errors.New("no such command")
}

func (k kadPeer) connect(ctx context.Context, text string) error {
	address, err := peer.AddrInfoFromString(text)
	if err != nil {
		return err
	}
	if err := k.host.Connect(ctx, *address); err != nil {
		return err
	}
	if err := k.untilKnown(ctx, address.ID); err != nil {
		return err
	}
	tell("connected", fields{"peerId": address.ID.String()})
	return nil
}

func (k kadPeer) know(ctx context.Context, text string) error {
	id, err := peer.Decode(text)
	if err != nil {
		return err
	}
	if err := k.untilKnown(ctx, id); err != nil {
		return err
	}
	tell("known", fields{"peerId": text})
	return nil
}

// untilKnown waits until the routing table holds a peer, of which it tells nobody.
func (k kadPeer) untilKnown(ctx context.Context, id peer.ID) error {
	for k.dht.RoutingTable().Find(id) == "" {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(kadPoll):
		}
	}
	return nil
}

func (k kadPeer) find(ctx context.Context, text string) error {
	id, err := peer.Decode(text)
	if err != nil {
		return err
	}
	found, err := k.dht.FindPeer(ctx, id)
	if err != nil && !errors.Is(err, routing.ErrNotFound) {
		return err
	}
	addresses := []string{}
	for _, address := range found.Addrs {
		addresses = append(addresses, address.String())
	}
	tell("found", fields{"peerId": text, "addresses": addresses})
	return nil
}

func (k kadPeer) provide(ctx context.Context, key multihash.Multihash) error {
	if err := k.dht.Provide(ctx, cid.NewCidV1(cid.Raw, key), true); err != nil {
		return err
	}
	tell("provided", nil)
	return nil
}

func (k kadPeer) providers(ctx context.Context, key multihash.Multihash) error {
	providers, err := k.dht.FindProviders(ctx, cid.NewCidV1(cid.Raw, key))
	if err != nil {
		return err
	}
	tell("providers", fields{"peerIds": idsOf(providers)})
	return nil
}

// records tells of the providers that this peer keeps itself.
func (k kadPeer) records(ctx context.Context, key []byte) error {
	providers, err := k.dht.ProviderStore().GetProviders(ctx, key)
	if err != nil {
		return err
	}
	tell("records", fields{"peerIds": idsOf(providers)})
	return nil
}

func idsOf(peers []peer.AddrInfo) []string {
	ids := []string{}
	for _, info := range peers {
		ids = append(ids, info.ID.String())
	}
	return ids
}

func (k kadPeer) put(ctx context.Context, key, value []byte) error {
	if err := k.dht.PutValue(ctx, string(key), value); err != nil {
		return err
	}
	tell("put", nil)
	return nil
}

// ipns makes a record of this peer's name, with the fields of both versions, and only tells it.
func (k kadPeer) ipns(text string) error {
	value, err := path.NewPath(text)
	if err != nil {
		return err
	}
	key := k.host.Peerstore().PrivKey(k.host.ID())
	record, err := ipns.NewRecord(key, value, 7, time.Now().Add(time.Hour), time.Minute)
	if err != nil {
		return err
	}
	encoded, err := ipns.MarshalRecord(record)
	if err != nil {
		return err
	}
	tell("ipns", fields{"value": hex.EncodeToString(encoded)})
	return nil
}

func (k kadPeer) get(ctx context.Context, key []byte) error {
	value, err := k.dht.GetValue(ctx, string(key))
	if err != nil && !errors.Is(err, routing.ErrNotFound) {
		return err
	}
	tell("got", fields{"value": hex.EncodeToString(value)})
	return nil
}
