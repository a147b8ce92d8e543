package main

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
)

const (
	echoProtocol = "/surgemesh-interop/echo/1.0.0"
	sinkProtocol = "/surgemesh-interop/sink/1.0.0"
	perfProtocol = "/perf/1.0.0"
)

func serve(h host.Host) {
	h.SetStreamHandler(echoProtocol, handler(echo))
	h.SetStreamHandler(sinkProtocol, handler(sink))
	h.SetStreamHandler(perfProtocol, handler(answerPerf))
}

// handler closes the stream behind a protocol that went well, and resets it behind one that did not.
func handler(protocol func(network.Stream) error) network.StreamHandler {
	return func(s network.Stream) {
		if err := protocol(s); err != nil {
			if errors.Is(err, network.ErrReset) {
				tell("reset", fields{"protocol": s.Protocol()})
			}
			_ = s.Reset()
			return
		}
		_ = s.Close()
	}
}

func echo(s network.Stream) error {
	buffer := make([]byte, 64<<10)
	_, err := io.CopyBuffer(onlyWriter{s}, onlyReader{s}, buffer)
	return err
}

// Hide what else a stream can do from io.CopyBuffer, so that it takes the buffer given.
type onlyWriter struct{ io.Writer }
type onlyReader struct{ io.Reader }

func sink(s network.Stream) error {
	digest := sha256.New()
	if _, err := io.CopyBuffer(digest, onlyReader{s}, make([]byte, 64<<10)); err != nil {
		return err
	}
	_, err := s.Write(digest.Sum(nil))
	return err
}

func answerPerf(s network.Stream) error {
	request := make([]byte, 8)
	if _, err := io.ReadFull(s, request); err != nil {
		return err
	}
	buffer := make([]byte, 64<<10)
	if _, err := io.CopyBuffer(onlyWriter{io.Discard}, onlyReader{s}, buffer); err != nil {
		return err
	}
	return writeZeros(s, binary.BigEndian.Uint64(request), len(buffer))
}

func writeZeros(to io.Writer, count uint64, chunk int) error {
	zeros := make([]byte, chunk)
	for count > 0 {
		if count < uint64(chunk) {
			zeros = zeros[:count]
		}
		if _, err := to.Write(zeros); err != nil {
			return err
		}
		count -= uint64(len(zeros))
	}
	return nil
}
