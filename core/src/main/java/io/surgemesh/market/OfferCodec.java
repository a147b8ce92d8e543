package io.surgemesh.market;

import com.google.protobuf.ByteString;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.OfferBody;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Offers as the payload of their envelope. */
final class OfferCodec {
  private static final ScanLimits LIMITS = new ScanLimits(SignedOffer.BYTES_MAX, 512, 4);

  private OfferCodec() {}

  static byte[] encode(Offer offer) {
    OfferBody.Builder body =
        OfferBody.newBuilder()
            .setMeshName(offer.meshName().value())
            .setProvider(ByteString.copyFrom(offer.provider().encode()))
            .setOfferId(ByteString.copyFrom(offer.offerId().value().toByteArray()))
            .setSequence(offer.sequence())
            .setIssuedAtMillis(offer.issuedAt().toEpochMilli())
            .setTtlMillis((int) offer.ttl().toMillis())
            .setWithdrawn(offer.withdrawn())
            .setResources(offer.resources().toMessage())
            .setLoad(offer.load().toMessage())
            .setPlace(offer.place().toMessage())
            .setPrice(offer.price().toMessage())
            .setEnergy(offer.energy().toMessage());
    offer.runtimes().forEach(runtime -> body.addRuntimes(runtime.toMessage()));
    offer.addresses().forEach(a -> body.addAddresses(ByteString.copyFrom(a.encode())));
    return body.build().toByteArray();
  }

  static Offer decode(byte[] payload) throws MalformedMessageException {
    OfferBody body = ProtobufScan.parse(OfferBody.getDefaultInstance(), payload, LIMITS);
    Decoding.require(body.hasResources() && body.hasPrice(), "offer without resources or price");
    Decoding.require(body.getIssuedAtMillis() >= 0, "issuedAt out of range");
    MeshName meshName = Decoding.value(() -> new MeshName(body.getMeshName()));
    PeerId provider = PeerId.decode(body.getProvider().toByteArray());
    OfferId offerId = Decoding.value(() -> new OfferId(Bytes.of(body.getOfferId().toByteArray())));
    Resources resources = Resources.fromMessage(body.getResources());
    List<JobRuntime> runtimes = runtimes(body);
    Load load = Load.fromMessage(body.getLoad());
    Place place = Place.fromMessage(body.getPlace());
    Price price = Price.fromMessage(body.getPrice());
    Energy energy = Energy.fromMessage(body.getEnergy());
    List<Multiaddr> addresses = addresses(body);
    return Decoding.value(
        () ->
            new Offer(
                meshName,
                provider,
                offerId,
                body.getSequence(),
                Instant.ofEpochMilli(body.getIssuedAtMillis()),
                Spans.ofUnsignedMillis(body.getTtlMillis()),
                body.getWithdrawn(),
                resources,
                runtimes,
                load,
                place,
                price,
                energy,
                addresses));
  }

  private static List<JobRuntime> runtimes(OfferBody body) throws MalformedMessageException {
    Decoding.require(body.getRuntimesCount() <= Offer.RUNTIMES_MAX, "too many runtimes");
    List<JobRuntime> runtimes = new ArrayList<>();
    for (io.surgemesh.wire.pb.Runtime runtime : body.getRuntimesList()) {
      runtimes.add(JobRuntime.fromMessage(runtime));
    }
    return runtimes;
  }

  private static List<Multiaddr> addresses(OfferBody body) throws MalformedMessageException {
    Decoding.require(body.getAddressesCount() <= Offer.ADDRESSES_MAX, "too many addresses");
    List<Multiaddr> addresses = new ArrayList<>();
    for (ByteString address : body.getAddressesList()) {
      addresses.add(Multiaddr.decode(address.toByteArray()));
    }
    return addresses;
  }
}
