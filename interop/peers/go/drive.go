package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
)

func connect(ctx context.Context, h host.Host, address string) (peer.ID, error) {
	info, err := peer.AddrInfoFromString(address)
	if err != nil {
		return "", err
	}
	return info.ID, h.Connect(ctx, *info)
}

// check connects, identifies, pings, and moves bytes in every way there is.
func check(ctx context.Context, address string, o options) error {
	h, err := start(o.security, "/ip4/127.0.0.1/tcp/0")
	if err != nil {
		return err
	}
	defer h.Close()
	serve(h)
	identified, err := tellIdentified(h)
	if err != nil {
		return err
	}
	id, err := connect(ctx, h, address)
	if err != nil {
		return err
	}
	tell("connected", fields{"peerId": id.String()})
	select {
	case <-identified:
	case <-time.After(20 * time.Second):
		return errors.New("not identified")
	}
	if err := checkProtocols(ctx, h, id, o); err != nil {
		return err
	}
	tell("done", nil)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func checkProtocols(ctx context.Context, h host.Host, id peer.ID, o options) error {
	pings, stop := context.WithCancel(ctx)
	result := <-ping.Ping(pings, h, id)
	stop()
	if result.Error != nil {
		return fmt.Errorf("ping: %w", result.Error)
	}
	tell("pinged", fields{"nanos": result.RTT.Nanoseconds()})
	o.upload, o.download = o.bytes, o.bytes
	if err := perfOnce(ctx, h, id, o); err != nil {
		return fmt.Errorf("perf: %w", err)
	}
	if err := sendToSink(ctx, h, id, o); err != nil {
		return fmt.Errorf("sink: %w", err)
	}
	if err := sendToEcho(ctx, h, id, o); err != nil {
		return fmt.Errorf("echo: %w", err)
	}
	if err := halfClose(ctx, h, id); err != nil {
		return fmt.Errorf("half-close: %w", err)
	}
	if err := resetOne(ctx, h, id); err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	return nil
}

// scramble fills a buffer with the next bytes of a sequence in which no piece repeats.
func scramble(buffer []byte, state *uint64) {
	x := *state
	for i := 0; i+8 <= len(buffer); i += 8 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		binary.LittleEndian.PutUint64(buffer[i:], x)
	}
	*state = x
}

// sendScrambled sends so many bytes, closes our direction and returns their hash.
func sendScrambled(s network.Stream, o options) ([]byte, error) {
	digest := sha256.New()
	buffer := make([]byte, 64<<10)
	state := uint64(0x9e3779b97f4a7c15)
	for left := o.bytes; left > 0; {
		scramble(buffer, &state)
		piece := buffer[:min(left, int64(len(buffer)))]
		digest.Write(piece)
		if _, err := s.Write(piece); err != nil {
			return nil, err
		}
		left -= int64(len(piece))
	}
	return digest.Sum(nil), s.CloseWrite()
}

func sendToSink(ctx context.Context, h host.Host, id peer.ID, o options) error {
	s, err := h.NewStream(ctx, id, sinkProtocol)
	if err != nil {
		return err
	}
	defer s.Close()
	sent, err := sendScrambled(s, o)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(s)
	if err != nil {
		return err
	}
	if !bytes.Equal(answer, sent) {
		return fmt.Errorf("they hashed %x, sent was %x", answer, sent)
	}
	tell("sunk", fields{"bytes": o.bytes})
	return nil
}

func sendToEcho(ctx context.Context, h host.Host, id peer.ID, o options) error {
	s, err := h.NewStream(ctx, id, echoProtocol)
	if err != nil {
		return err
	}
	defer s.Close()
	var sent []byte
	failure := make(chan error, 1)
	go func() {
		var err error
		sent, err = sendScrambled(s, o)
		failure <- err
	}()
	digest := sha256.New()
	if _, err := io.CopyBuffer(digest, onlyReader{s}, make([]byte, 64<<10)); err != nil {
		return err
	}
	if err := <-failure; err != nil {
		return err
	}
	if came := digest.Sum(nil); !bytes.Equal(came, sent) {
		return fmt.Errorf("back came %x, sent was %x", came, sent)
	}
	tell("echoed", fields{"bytes": o.bytes})
	return nil
}

// halfClose closes our direction before the first answer, and reads on.
func halfClose(ctx context.Context, h host.Host, id peer.ID) error {
	s, err := h.NewStream(ctx, id, echoProtocol)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := s.Write([]byte("half")); err != nil {
		return err
	}
	if err := s.CloseWrite(); err != nil {
		return err
	}
	answer, err := io.ReadAll(s)
	if err != nil {
		return err
	}
	if string(answer) != "half" {
		return fmt.Errorf("back came %q", answer)
	}
	tell("halfClosed", nil)
	return nil
}

// resetOne resets a stream in use; the next one works.
func resetOne(ctx context.Context, h host.Host, id peer.ID) error {
	s, err := h.NewStream(ctx, id, echoProtocol)
	if err != nil {
		return err
	}
	if _, err := s.Write([]byte("reset")); err != nil {
		return err
	}
	if _, err := io.ReadFull(s, make([]byte, 5)); err != nil {
		return err
	}
	if err := s.Reset(); err != nil {
		return err
	}
	if err := oneByte(ctx, h, id); err != nil {
		return err
	}
	tell("resetSent", nil)
	return nil
}

func oneByte(ctx context.Context, h host.Host, id peer.ID) error {
	s, err := h.NewStream(ctx, id, echoProtocol)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := s.Write([]byte{1}); err != nil {
		return err
	}
	_, err = io.ReadFull(s, make([]byte, 1))
	return err
}

type measurement func(context.Context, host.Host, peer.ID, options) error

// measure repeats a measurement on one connection.
func measure(ctx context.Context, address string, o options, once measurement) error {
	h, err := start(o.security)
	if err != nil {
		return err
	}
	defer h.Close()
	id, err := connect(ctx, h, address)
	if err != nil {
		return err
	}
	for i := 0; i < o.runs; i++ {
		if err := once(ctx, h, id, o); err != nil {
			return err
		}
	}
	return nil
}

func perfOnce(ctx context.Context, h host.Host, id peer.ID, o options) error {
	s, err := h.NewStream(ctx, id, perfProtocol)
	if err != nil {
		return err
	}
	defer s.Close()
	opened := time.Now()
	if err := binary.Write(s, binary.BigEndian, uint64(o.download)); err != nil {
		return err
	}
	if err := writeZeros(s, uint64(o.upload), o.chunk); err != nil {
		return err
	}
	if err := s.CloseWrite(); err != nil {
		return err
	}
	buffer := make([]byte, 64<<10)
	first, err := s.Read(buffer)
	if err != nil && err != io.EOF {
		return err
	}
	answered := time.Now()
	rest, err := io.CopyBuffer(onlyWriter{io.Discard}, onlyReader{s}, buffer)
	if err != nil {
		return err
	}
	if came := int64(first) + rest; came != o.download {
		return fmt.Errorf("%d bytes came, asked for were %d", came, o.download)
	}
	tellPerf(o, answered.Sub(opened), time.Since(answered))
	return nil
}

func tellPerf(o options, upload, download time.Duration) {
	tell("perf", fields{
		"uploadBytes":   o.upload,
		"uploadNanos":   upload.Nanoseconds(),
		"downloadBytes": o.download,
		"downloadNanos": download.Nanoseconds(),
	})
}

func streamsOnce(ctx context.Context, h host.Host, id peer.ID, o options) error {
	return inParallel("streams", o, func(int) error { return oneByte(ctx, h, id) })
}

// handshakes dials and closes; each of the parallel ones is a host of its own.
func handshakes(ctx context.Context, address string, o options) error {
	info, err := peer.AddrInfoFromString(address)
	if err != nil {
		return err
	}
	hosts := make([]host.Host, o.parallel)
	for i := range hosts {
		if hosts[i], err = start(o.security); err != nil {
			return err
		}
		defer hosts[i].Close()
		hosts[i].Peerstore().AddAddrs(info.ID, info.Addrs, time.Hour)
	}
	for i := 0; i < o.runs; i++ {
		err := inParallel("handshakes", o, func(worker int) error {
			connection, err := hosts[worker].Network().DialPeer(ctx, info.ID)
			if err != nil {
				return err
			}
			return connection.Close()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// inParallel does a thing count times, in as many goroutines as told, and prints how long it took.
func inParallel(event string, o options, once func(worker int) error) error {
	begun := time.Now()
	failures := make(chan error, o.parallel)
	var workers sync.WaitGroup
	for worker := 0; worker < o.parallel; worker++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := worker; i < o.count; i += o.parallel {
				if err := once(worker); err != nil {
					failures <- err
					return
				}
			}
		}()
	}
	workers.Wait()
	close(failures)
	if err := <-failures; err != nil {
		return err
	}
	tell(event, fields{"count": o.count, "parallel": o.parallel, "nanos": time.Since(begun).Nanoseconds()})
	return nil
}
