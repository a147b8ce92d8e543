package io.surgemesh.interop;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A DHT of another implementation, told step by step what to do. */
final class KadPeer implements KadNode {
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  private final PeerProcess process;
  private final PeerInfo info;

  private KadPeer(PeerProcess process) throws MalformedMessageException {
    this.process = process;
    String listening = process.await("listening");
    Multiaddr address = Multiaddr.parse(list(listening, "addresses").get(0));
    PeerId peerId = PeerId.decode(address.peerIdBytes().orElseThrow());
    this.info = new PeerInfo(peerId, List.of(address.withoutPeerId()));
  }

  /** Starts a server of a DHT that knows nobody. */
  static KadPeer start(ForeignPeer peer, ProtocolId protocol) throws MalformedMessageException {
    return new KadPeer(PeerProcess.start(peer, "kad", "--protocol", protocol.value()));
  }

  @Override
  public PeerInfo info() {
    return info;
  }

  /** Dials a peer of the DHT; returns once that is in the routing table. */
  void connect(KadNode other) {
    ask("connect " + other.dialAddress(), "connected");
  }

  /** Waits until the routing table holds a peer, of which this one is not told. */
  void know(KadNode other) {
    ask("know " + other.info().peerId(), "known");
  }

  @Override
  public List<Multiaddr> find(PeerId peer) throws MalformedMessageException {
    List<Multiaddr> addresses = new ArrayList<>();
    for (String address : list(ask("find " + peer, "found"), "addresses")) {
      addresses.add(Multiaddr.parse(address).withoutPeerId());
    }
    return addresses;
  }

  @Override
  public void announce(Capability capability) {
    ask("provide " + key(capability), "provided");
  }

  @Override
  public List<String> providers(Capability capability) {
    return list(ask("providers " + key(capability), "providers"), "peerIds");
  }

  @Override
  public void put(Bytes key, Bytes value) {
    ask("put " + key.toHex() + " " + value.toHex(), "put");
  }

  @Override
  public Bytes get(Bytes key) {
    return value(ask("get " + key.toHex(), "got"));
  }

  /** Returns a record of IPNS for the peer's own name; go only. */
  Bytes ipnsRecord(String path) {
    return value(ask("ipns " + path, "ipns"));
  }

  private static Bytes value(String line) {
    Matcher value = Pattern.compile("\"value\":\"([0-9a-f]*)\"").matcher(line);
    if (!value.find()) {
      throw new AssertionError("no value in " + line);
    }
    return Bytes.of(HexFormat.of().parseHex(value.group(1)));
  }

  /** Returns those who announced a capability to this very peer. */
  List<String> records(Capability capability) {
    return list(ask("records " + key(capability), "records"), "peerIds");
  }

  private static String key(Capability capability) {
    return capability.key(OurPeer.MESH).toHex();
  }

  private String ask(String line, String event) {
    try {
      process.say(line);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
    return process.await(event);
  }

  private static List<String> list(String line, String name) {
    Matcher list = Pattern.compile("\"" + name + "\":\\[([^]]*)]").matcher(line);
    if (!list.find()) {
      throw new AssertionError("no " + name + " in " + line);
    }
    return QUOTED.matcher(list.group(1)).results().map(text -> text.group(1)).toList();
  }

  @Override
  public void close() {
    process.close();
  }
}
