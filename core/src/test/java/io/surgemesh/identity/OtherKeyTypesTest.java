package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.wire.DerReader;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RSA, ECDSA and secp256k1 keys as other implementations have them, and what only looks so. */
class OtherKeyTypesTest {
  // libp2p peer-ids spec, Test vectors.
  private static final String ECDSA_KEY =
      "0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004de3d300fa36ae0e8f5d530899d83abab"
          + "44abf3161f162a4bc901d8e6ecda020e8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec034e9f7"
          + "7c409e62";
  private static final String ECDSA_SECRET =
      "3e5b1fe9712e6c314942a750bd67485de3c1efe85b1bfb520ae8f9ae3dfa4a4c";
  private static final String SECP256K1_KEY =
      "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99";
  private static final String SECP256K1_SECRET =
      "53dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb";
  private static final String RSA_KEY =
      "080012a60430820222300d06092a864886f70d01010105000382020f003082020a0282020100e1beab071d08"
          + "200bde24eef00d049449b07770ff9910257b2d7d5dda242ce8f0e2f12e1af4b32d9efd2c090f66b0f29986db"
          + "b645dae9880089704a94e5066d594162ae6ee8892e6ec70701db0a6c445c04778eb3de1293aa1a23c3825b85"
          + "c6620a2bc3f82f9b0c309bc0ab3aeb1873282bebd3da03c33e76c21e9beb172fd44c9e43be32e2c99827033c"
          + "f8d0f0c606f4579326c930eb4e854395ad941256542c793902185153c474bed109d6ff5141ebf9cd256cf588"
          + "93a37f83729f97e7cb435ec679d2e33901d27bb35aa0d7e20561da08885ef0abbf8e2fb48d6a5487047a9ecb"
          + "1ad41fa7ed84f6e3e8ecd5d98b3982d2a901b4454991766da295ab78822add5612a2df83bcee814cf50973e8"
          + "0d7ef38111b1bd87da2ae92438a2c8cbcc70b31ee319939a3b9c761dbc13b5c086d6b64bf7ae7dacc1462237"
          + "5d92a8ff9af7eb962162bbddebf90acb32adb5e4e4029f1c96019949ecfbfeffd7ac1e3fbcc6b6168c34be3d"
          + "5a2e5999fcbb39bba7adbca78eab09b9bc39f7fa4b93411f4cc175e70c0a083e96bfaefb04a9580b4753c173"
          + "8a6a760ae1afd851a1a4bdad231cf56e9284d832483df215a46c1c21bdf0c6cfe951c18f1ee4078c79c13d63"
          + "edb6e14feaeffabc90ad317e4875fe648101b0864097e998f0ca3025ef9638cd2b0caecd3770ab54a1d9c6ca"
          + "959b0f5dcbc90caeefc4135baca6fd475224269bbe1b0203010001";

  private static final ForeignKey RSA = ForeignKey.rsa(2048);
  private static final byte[] MESSAGE = {1, 2, 3};

  private static byte[] bytes(String hex) {
    return Bytes.fromHex(hex).toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  static Stream<ForeignKey> keys() {
    return Stream.concat(
        Stream.of(RSA, ForeignKey.secp256k1()),
        Stream.of("secp224r1", "secp256r1", "secp384r1", "secp521r1").map(ForeignKey::ecdsa));
  }

  @ParameterizedTest
  @ValueSource(strings = {ECDSA_KEY, SECP256K1_KEY, RSA_KEY})
  void vectorsOfTheSpecReadAndWrite(String hex) throws MalformedMessageException {
    PublicKey key = PublicKey.decode(bytes(hex));
    assertThat(key.encode()).isEqualTo(bytes(hex));
    assertThat(key.type().code()).isEqualTo(bytes(hex)[1]);
  }

  @Test
  void vectorsOfTheSpecBelongToTheirPrivateKeys() throws MalformedMessageException {
    ForeignKey owner = ForeignKey.secp256k1(new BigInteger(SECP256K1_SECRET, 16));
    assertThat(PublicKey.decode(bytes(SECP256K1_KEY))).isEqualTo(owner.publicKey());

    ECDomainParameters p256 = ForeignKey.domain("secp256r1");
    BigInteger[] pair = ForeignKey.sign(p256, new BigInteger(ECDSA_SECRET, 16), MESSAGE);
    assertThat(PublicKey.decode(bytes(ECDSA_KEY)).verify(MESSAGE, ForeignKey.der(pair[0], pair[1])))
        .isTrue();
  }

  @Test
  void idsOfLongKeysAreHashesAndOfShortOnesHoldThem() throws MalformedMessageException {
    for (String hex : List.of(ECDSA_KEY, RSA_KEY)) {
      PeerId id = PublicKey.decode(bytes(hex)).toPeerId();
      assertThat(id.encode()).isEqualTo(Multihash.sha256(bytes(hex)).encode());
      assertThat(id.toString()).startsWith("Qm");
      assertThat(id.publicKey()).isEmpty();
      assertThat(PeerId.parse(id.toString())).isEqualTo(id);
    }
    PeerId inlined = PublicKey.decode(bytes(SECP256K1_KEY)).toPeerId();
    assertThat(inlined.encode()).isEqualTo(bytes("0025" + SECP256K1_KEY));
    assertThat(inlined.publicKey()).contains(PublicKey.decode(bytes(SECP256K1_KEY)));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aSignatureHoldsForItsMessageAndKeyOnly(ForeignKey key) throws MalformedMessageException {
    PublicKey read = PublicKey.decode(key.publicKey().encode());
    assertThat(read).isEqualTo(key.publicKey()).hasSameHashCodeAs(key.publicKey());
    byte[] signature = key.signer().apply(MESSAGE);
    assertThat(read.verify(MESSAGE, signature)).isTrue();
    assertThat(read.canSignIn(signature.length)).isTrue();
    assertThat(read.verify(new byte[] {1, 2}, signature)).isFalse();
    keys()
        .filter(other -> !other.publicKey().equals(read))
        .forEach(other -> assertThat(other.publicKey().verify(MESSAGE, signature)).isFalse());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyChangedBitAndOtherLengthOfASignatureIsRefused(ForeignKey key) {
    byte[] signature = key.signer().apply(MESSAGE);
    for (int bit = 0; bit < 8 * signature.length; bit++) {
      byte[] changed = signature.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(key.publicKey().verify(MESSAGE, changed)).as("bit %d", bit).isFalse();
    }
    for (int length = 0; length < signature.length; length++) {
      assertThat(key.publicKey().verify(MESSAGE, Arrays.copyOf(signature, length))).isFalse();
    }
    assertThat(key.publicKey().verify(MESSAGE, Arrays.copyOf(signature, signature.length + 1)))
        .isFalse();
    assertThat(key.publicKey().verify(MESSAGE, new byte[100_000])).isFalse();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void keysThatAreCutOffChangedOrFollowedByMoreNeverThrowAnythingElse(ForeignKey key) {
    byte[] raw = key.publicKey().rawBytes();
    KeyType type = key.publicKey().type();
    for (int length = 0; length < raw.length; length++) {
      refuse(type, Arrays.copyOf(raw, length));
    }
    refuse(type, Arrays.copyOf(raw, raw.length + 1));
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 3_000; i++) {
      byte[] changed = raw.clone();
      changed[random.nextInt(Math.min(raw.length, 40))] = (byte) random.nextInt(256);
      try {
        PublicKey other = PublicKey.of(type, Bytes.of(changed));
        assertThat(other.rawBytes()).isEqualTo(changed);
        assertThat(other.verify(MESSAGE, key.signer().apply(MESSAGE)))
            .isEqualTo(Arrays.equals(changed, raw));
      } catch (MalformedMessageException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }

  private static void refuse(KeyType type, byte[] raw) {
    assertThatThrownBy(() -> PublicKey.of(type, Bytes.of(raw)))
        .isInstanceOf(MalformedMessageException.class);
  }

  // Handshakes would stand still for whoever sends the largest key.

  private static byte[] rsa(BigInteger modulus, BigInteger exponent) {
    return DerWriter.sequence(
        DerWriter.sequence(bytes("06092a864886f70d0101010500")),
        DerWriter.bits(
            DerReader.BIT_STRING,
            DerWriter.sequence(ForeignKey.integer(modulus), ForeignKey.integer(exponent))));
  }

  private static BigInteger oddOfBits(int bits) {
    return BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 2049, 4096, 8192})
  void rsaOfTheSizesInUseIsRead(int bits) throws MalformedMessageException {
    byte[] raw = rsa(oddOfBits(bits), BigInteger.valueOf(65_537));
    byte[] protobuf = PublicKey.of(KeyType.RSA, Bytes.of(raw)).encode();
    assertThat(PublicKey.decode(protobuf).rawBytes()).isEqualTo(raw);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2047, 8193, 16_384})
  void rsaOfOtherSizesIsRefused(int bits) {
    refuse(KeyType.RSA, rsa(oddOfBits(bits), BigInteger.valueOf(65_537)));
  }

  @Test
  void anRsaKeyOf16KilobitsIsRefusedByItsLength() {
    byte[] protobuf =
        join(
            bytes("08001292"), // 2,066 bytes and more follow
            bytes("10"),
            rsa(oddOfBits(16_384), BigInteger.valueOf(65_537)));
    assertThatThrownBy(() -> PublicKey.decode(protobuf))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("at most 2048");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "2", "4", "10000", "80000001", "1000000000000000000000001"})
  void exponentsThatAreEvenTooSmallOrTooLargeAreRefused(String hex) {
    refuse(KeyType.RSA, rsa(oddOfBits(2048), new BigInteger(hex, 16)));
  }

  @Test
  void exponentsUpTo31BitsAreRead() throws MalformedMessageException {
    for (long exponent : new long[] {3, 17, 65_537, Integer.MAX_VALUE}) {
      PublicKey key =
          PublicKey.of(KeyType.RSA, Bytes.of(rsa(oddOfBits(2048), BigInteger.valueOf(exponent))));
      assertThat(key.type()).isEqualTo(KeyType.RSA);
    }
  }

  @Test
  void rsaNumbersThatAreEvenNegativeOrPaddedAreRefused() {
    BigInteger exponent = BigInteger.valueOf(65_537);
    refuse(KeyType.RSA, rsa(BigInteger.ONE.shiftLeft(2048), exponent));
    refuse(KeyType.RSA, rsa(oddOfBits(2048).negate(), exponent));
    refuse(KeyType.RSA, rsa(oddOfBits(2048), exponent.negate()));
    byte[] padded =
        DerWriter.sequence(
            DerWriter.sequence(bytes("06092a864886f70d0101010500")),
            DerWriter.bits(
                DerReader.BIT_STRING,
                DerWriter.sequence(
                    DerWriter.value(2, new byte[2], oddOfBits(2048).toByteArray()),
                    ForeignKey.integer(exponent))));
    refuse(KeyType.RSA, padded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "06092a864886f70d010101", // no NULL
        "06092a864886f70d01010505000500", // one too many
        "06092a864886f70d01010a0500", // RSASSA-PSS
        "06072a8648ce3d020106082a8648ce3d030107", // a curve
        ""
      })
  void rsaUnderAnotherNameIsRefused(String algorithm) {
    byte[] pair =
        DerWriter.sequence(
            ForeignKey.integer(oddOfBits(2048)), ForeignKey.integer(BigInteger.valueOf(65_537)));
    refuse(
        KeyType.RSA,
        DerWriter.sequence(
            DerWriter.sequence(bytes(algorithm)), DerWriter.bits(DerReader.BIT_STRING, pair)));
  }

  @Test
  void derWithOtherLengthsOrMoreBehindIsRefused() {
    byte[] raw = RSA.publicKey().rawBytes();
    byte[] rest = Arrays.copyOfRange(raw, 4, raw.length);
    refuse(KeyType.RSA, join(bytes("3083000122"), rest));
    refuse(KeyType.RSA, join(bytes("308400000122"), rest));
    refuse(KeyType.RSA, join(bytes("3080"), rest, bytes("0000")));
    refuse(KeyType.RSA, join(bytes("3084ffffffff"), rest));
    refuse(KeyType.RSA, join(bytes("30ff"), rest));
    refuse(KeyType.RSA, join(bytes("308880000000000000"), rest));
    refuse(KeyType.RSA, join(raw, bytes("0500")));
    byte[] point = ForeignKey.ecdsa("secp256r1").publicKey().rawBytes();
    refuse(KeyType.ECDSA, join(bytes("308159"), Arrays.copyOfRange(point, 2, point.length)));
    refuse(KeyType.ECDSA, join(bytes("30820059"), Arrays.copyOfRange(point, 2, point.length)));
  }

  @Test
  void pointsOffTheCurveAtInfinityCompressedOrHybridAreRefused() {
    String p256 = ForeignKey.identifier("secp256r1");
    byte[] good = ForeignKey.domain("secp256r1").getG().getEncoded(false);
    byte[] off = good.clone();
    off[64] ^= 1;
    refuse(KeyType.ECDSA, ForeignKey.info(p256, off));
    refuse(KeyType.ECDSA, ForeignKey.info(p256, new byte[1]));
    refuse(KeyType.ECDSA, ForeignKey.info(p256, new byte[65]));
    refuse(KeyType.ECDSA, ForeignKey.info(p256, new byte[0]));
    byte[] zero = new byte[65];
    zero[0] = 4;
    refuse(KeyType.ECDSA, ForeignKey.info(p256, zero));
    byte[] large = good.clone();
    Arrays.fill(large, 1, 65, (byte) 0xff);
    refuse(KeyType.ECDSA, ForeignKey.info(p256, large));
    byte[] hybrid = good.clone();
    hybrid[0] = (byte) (6 + (good[64] & 1));
    refuse(KeyType.ECDSA, ForeignKey.info(p256, hybrid));
    refuse(
        KeyType.ECDSA,
        ForeignKey.info(p256, ForeignKey.domain("secp256r1").getG().getEncoded(true)));
  }

  @Test
  void pointsOfAnotherCurveThanNamedAreRefused() {
    byte[] k1 = ForeignKey.domain("secp256k1").getG().getEncoded(false);
    byte[] p256 = ForeignKey.domain("secp256r1").getG().getEncoded(false);
    refuse(KeyType.ECDSA, ForeignKey.info(ForeignKey.identifier("secp256r1"), k1));
    refuse(KeyType.ECDSA, ForeignKey.info(ForeignKey.identifier("secp384r1"), p256));
    refuse(KeyType.ECDSA, ForeignKey.info(ForeignKey.identifier("secp256k1"), k1));
    refuse(KeyType.ECDSA, ForeignKey.info("06092b2403030208010107", p256)); // brainpoolP256r1
    // Parameters spelled out instead of named, the door of CVE-2020-0601.
    refuse(KeyType.ECDSA, ForeignKey.info("3003020101", p256));
  }

  @Test
  void secp256k1KeysHaveOneForm() {
    ECDomainParameters domain = ForeignKey.domain("secp256k1");
    refuse(KeyType.SECP256K1, domain.getG().getEncoded(false));
    refuse(KeyType.SECP256K1, new byte[1]);
    refuse(KeyType.SECP256K1, new byte[33]);
    byte[] noRoot = bytes("02" + "00".repeat(31) + "05"); // x = 5: x^3 + 7 is no square
    refuse(KeyType.SECP256K1, noRoot);
    refuse(KeyType.SECP256K1, bytes("02" + "ff".repeat(32)));
    byte[] other = domain.getG().getEncoded(true);
    other[0] = 5;
    refuse(KeyType.SECP256K1, other);
  }

  @Test
  void theHigherOfTwoSecp256k1SignaturesIsRefused() {
    ForeignKey key = ForeignKey.secp256k1();
    ECDomainParameters domain = ForeignKey.domain("secp256k1");
    byte[] signature = key.signer().apply(MESSAGE);
    int rBytes = signature[3];
    BigInteger r = new BigInteger(Arrays.copyOfRange(signature, 4, 4 + rBytes));
    BigInteger s = new BigInteger(Arrays.copyOfRange(signature, 6 + rBytes, signature.length));
    assertThat(key.publicKey().verify(MESSAGE, ForeignKey.der(r, s))).isTrue();
    assertThat(key.publicKey().verify(MESSAGE, ForeignKey.der(r, domain.getN().subtract(s))))
        .isFalse();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void numbersOutOfRangeAreNoSignature(ForeignKey key) {
    PublicKey publicKey = key.publicKey();
    if (publicKey.type() == KeyType.RSA) {
      assertThat(publicKey.verify(MESSAGE, new byte[256])).isFalse();
      byte[] large = new byte[256];
      Arrays.fill(large, (byte) 0xff);
      assertThat(publicKey.verify(MESSAGE, large)).isFalse();
      return;
    }
    String curve = "secp256r1";
    BigInteger order = ForeignKey.domain(curve).getN();
    for (BigInteger r : List.of(BigInteger.ZERO, BigInteger.ONE, order, order.negate())) {
      for (BigInteger s : List.of(BigInteger.ZERO, BigInteger.ONE, order, order.negate())) {
        assertThat(publicKey.verify(MESSAGE, ForeignKey.der(r, s))).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void envelopesAndPeerRecordsOfSuchPeersAreRead(ForeignKey key) throws MalformedMessageException {
    PeerId peer = key.publicKey().toPeerId();
    Multiaddr address = Multiaddr.of("/ip4/192.0.2.1/tcp/4001");
    byte[] payload =
        io.surgemesh.wire.pb.PeerRecord.newBuilder()
            .setPeerId(com.google.protobuf.ByteString.copyFrom(peer.encode()))
            .setSeq(7)
            .addAddresses(
                io.surgemesh.wire.pb.PeerRecord.AddressInfo.newBuilder()
                    .setMultiaddr(com.google.protobuf.ByteString.copyFrom(address.encode())))
            .build()
            .toByteArray();
    byte[] encoded = key.seal(PeerRecord.DOMAIN, PeerRecord.PAYLOAD_TYPE, payload);
    SignedEnvelope envelope = SignedEnvelope.decode(encoded);
    assertThat(envelope.isCanonical()).isTrue();
    assertThat(envelope.signer()).isEqualTo(peer);
    assertThat(PeerRecord.open(envelope, Signatures.ed25519()))
        .isEqualTo(new PeerRecord(peer, 7, List.of(address)));
    SignedEnvelope elsewhere =
        SignedEnvelope.decode(key.seal("elsewhere", PeerRecord.PAYLOAD_TYPE, payload));
    assertThatThrownBy(() -> PeerRecord.open(elsewhere, Signatures.ed25519()))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void anEnvelopeWhoseSignatureIsTooShortForItsKeyIsRefusedAtOnce() {
    byte[] encoded =
        io.surgemesh.wire.pb.Envelope.newBuilder()
            .setPublicKey(RSA.publicKey().toMessage())
            .setPayloadType(com.google.protobuf.ByteString.copyFromUtf8("t"))
            .setSignature(com.google.protobuf.ByteString.copyFrom(new byte[64]))
            .build()
            .toByteArray();
    assertThatThrownBy(() -> SignedEnvelope.decode(encoded))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("64 bytes");
  }
}
