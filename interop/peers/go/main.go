// A go-libp2p peer over TCP, Noise or TLS, and yamux. ../README.md describes its commands and what it prints.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	tls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

type options struct {
	security string
	key      string
	protocol string
	bytes    int64
	upload   int64
	download int64
	chunk    int
	count    int
	parallel int
	runs     int
}

type fields map[string]any

var printing sync.Mutex

// tell prints one event as one line of JSON.
func tell(event string, more fields) {
	line := fields{"event": event}
	for name, value := range more {
		line[name] = value
	}
	text, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	printing.Lock()
	defer printing.Unlock()
	fmt.Println(string(text))
}

var keyTypes = map[string]int{
	"rsa": crypto.RSA, "ed25519": crypto.Ed25519, "secp256k1": crypto.Secp256k1, "ecdsa": crypto.ECDSA,
}

const rsaBits = 2048

// identity returns a fresh key of the type named.
func identity(name string) (libp2p.Option, error) {
	keyType, known := keyTypes[strings.ToLower(name)]
	if !known {
		return nil, fmt.Errorf("no such key type: %q", name)
	}
	key, _, err := crypto.GenerateKeyPairWithReader(keyType, rsaBits, rand.Reader)
	return libp2p.Identity(key), err
}

func start(security string, listen ...string) (host.Host, error) {
	return startWithKey("ed25519", security, listen...)
}

func startWithKey(key, security string, listen ...string) (host.Host, error) {
	who, err := identity(key)
	if err != nil {
		return nil, err
	}
	secure := libp2p.Security(noise.ID, noise.New)
	if security == "tls" {
		secure = libp2p.Security(tls.ID, tls.New)
	} else if security != "noise" {
		return nil, fmt.Errorf("no such security: %q", security)
	}
	addresses := libp2p.NoListenAddrs
	if len(listen) > 0 {
		addresses = libp2p.ListenAddrStrings(listen...)
	}
	return libp2p.New(
		addresses,
		secure,
		who,
		libp2p.Transport(tcp.NewTCPTransport, tcp.DisableReuseport()),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
	)
}

// tellIdentified prints what other peers tell of themselves; the channel gets an item for each.
func tellIdentified(h host.Host) (<-chan peer.ID, error) {
	subscription, err := h.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return nil, err
	}
	told := make(chan peer.ID, 16)
	go func() {
		for item := range subscription.Out() {
			identified := item.(event.EvtPeerIdentificationCompleted)
			addresses := []string{}
			for _, address := range identified.ListenAddrs {
				addresses = append(addresses, address.String())
			}
			tell("identified", fields{
				"peerId":       identified.Peer.String(),
				"agentVersion": identified.AgentVersion,
				"protocols":    identified.Protocols,
				"listenAddrs":  addresses,
				"signedRecord": identified.SignedPeerRecord != nil,
			})
			select {
			case told <- identified.Peer:
			default:
			}
		}
	}()
	return told, nil
}

func listen(o options) error {
	h, err := startWithKey(o.key, o.security, "/ip4/127.0.0.1/tcp/0")
	if err != nil {
		return err
	}
	defer h.Close()
	if _, err := tellIdentified(h); err != nil {
		return err
	}
	serve(h)
	tellListening(h)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		h.SetStreamHandler(protocol.ID(lines.Text()), func(s network.Stream) { _ = s.Close() })
	}
	return lines.Err()
}

func tellListening(h host.Host) {
	addresses := []string{}
	for _, address := range h.Addrs() {
		addresses = append(addresses, address.String()+"/p2p/"+h.ID().String())
	}
	tell("listening", fields{"peerId": h.ID().String(), "addresses": addresses})
}

func run(arguments []string) error {
	if len(arguments) == 0 {
		return errors.New("usage: peer listen | kad | check ADDR | perf ADDR | streams ADDR | handshakes ADDR [options]")
	}
	command, rest := arguments[0], arguments[1:]
	address := ""
	if command != "listen" && command != "kad" {
		if len(rest) == 0 {
			return errors.New("no address")
		}
		address, rest = rest[0], rest[1:]
	}
	var o options
	set := flag.NewFlagSet("peer", flag.ContinueOnError)
	set.StringVar(&o.security, "security", "noise", "noise or tls")
	set.StringVar(&o.key, "key", "ed25519", "rsa, ed25519, secp256k1 or ecdsa; of listen only")
	set.StringVar(&o.protocol, "protocol", "/ipfs/kad/1.0.0", "what kad speaks")
	set.Int64Var(&o.bytes, "bytes", 64<<20, "how many bytes check moves each way")
	set.Int64Var(&o.upload, "upload", 0, "how many bytes perf sends")
	set.Int64Var(&o.download, "download", 0, "how many bytes perf asks for")
	set.IntVar(&o.chunk, "chunk", 64<<10, "bytes of one write")
	set.IntVar(&o.count, "count", 1000, "how many streams or handshakes")
	set.IntVar(&o.parallel, "parallel", 1, "how many of them at once")
	set.IntVar(&o.runs, "runs", 1, "how many times perf, streams or handshakes is repeated")
	if err := set.Parse(rest); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	switch command {
	case "listen":
		return listen(o)
	case "kad":
		return kademlia(ctx, o)
	case "check":
		return check(ctx, address, o)
	case "perf":
		return measure(ctx, address, o, perfOnce)
	case "streams":
		return measure(ctx, address, o, streamsOnce)
	case "handshakes":
		return handshakes(ctx, address, o)
	}
	return fmt.Errorf("no such command: %q", command)
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		tell("failed", fields{"error": err.Error()})
		os.Exit(1)
	}
}
