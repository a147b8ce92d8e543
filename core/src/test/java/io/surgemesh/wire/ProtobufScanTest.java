package io.surgemesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.pb.NoiseHandshakePayload;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtobufScanTest {
  private static final ScanLimits LIMITS = new ScanLimits(1000, 50, 4);

  /** A message with a field of every kind; its field 18 is the message itself. */
  private final Descriptor everything = everything();

  private static Descriptor everything() {
    FieldDescriptorProto.Type[] types = {
      FieldDescriptorProto.Type.TYPE_INT32, FieldDescriptorProto.Type.TYPE_INT64,
          FieldDescriptorProto.Type.TYPE_UINT32, FieldDescriptorProto.Type.TYPE_UINT64,
          FieldDescriptorProto.Type.TYPE_SINT32,
      FieldDescriptorProto.Type.TYPE_SINT64, FieldDescriptorProto.Type.TYPE_BOOL,
          FieldDescriptorProto.Type.TYPE_FIXED32, FieldDescriptorProto.Type.TYPE_FIXED64,
          FieldDescriptorProto.Type.TYPE_FLOAT,
      FieldDescriptorProto.Type.TYPE_DOUBLE, FieldDescriptorProto.Type.TYPE_STRING,
          FieldDescriptorProto.Type.TYPE_BYTES
    };
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName("Everything");
    for (int i = 0; i < types.length; i++) {
      message.addField(field("f" + i, i + 1, types[i], FieldDescriptorProto.Label.LABEL_OPTIONAL));
    }
    message.addField(
        field(
                "choice",
                14,
                FieldDescriptorProto.Type.TYPE_ENUM,
                FieldDescriptorProto.Label.LABEL_OPTIONAL)
            .setTypeName(".Choice"));
    message.addField(
        field(
            "numbers",
            15,
            FieldDescriptorProto.Type.TYPE_UINT32,
            FieldDescriptorProto.Label.LABEL_REPEATED));
    message.addField(
        field(
            "fixed",
            16,
            FieldDescriptorProto.Type.TYPE_FIXED32,
            FieldDescriptorProto.Label.LABEL_REPEATED));
    message.addField(
        field(
            "texts",
            17,
            FieldDescriptorProto.Type.TYPE_STRING,
            FieldDescriptorProto.Label.LABEL_REPEATED));
    message.addField(
        field(
                "nested",
                18,
                FieldDescriptorProto.Type.TYPE_MESSAGE,
                FieldDescriptorProto.Label.LABEL_REPEATED)
            .setTypeName(".Everything"));
    message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("either"));
    message.addField(
        field(
                "left",
                19,
                FieldDescriptorProto.Type.TYPE_BOOL,
                FieldDescriptorProto.Label.LABEL_OPTIONAL)
            .setOneofIndex(0));
    message.addField(
        field(
                "right",
                20,
                FieldDescriptorProto.Type.TYPE_BOOL,
                FieldDescriptorProto.Label.LABEL_OPTIONAL)
            .setOneofIndex(0));
    EnumDescriptorProto choice =
        EnumDescriptorProto.newBuilder()
            .setName("Choice")
            .addValue(EnumValueDescriptorProto.newBuilder().setName("NONE").setNumber(0))
            .build();
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("everything.proto")
            .setSyntax("proto3")
            .addMessageType(message)
            .addEnumType(choice)
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[0]).getMessageTypes().get(0);
    } catch (DescriptorValidationException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, FieldDescriptorProto.Type type, FieldDescriptorProto.Label label) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(label);
  }

  private void check(String hex) throws MalformedMessageException {
    ProtobufScan.check(everything, Bytes.fromHex(hex).toByteArray(), LIMITS);
  }

  @ParameterizedTest
  @CsvSource({
    "'', nothing",
    "0801, int32",
    "08ffffffffffffffffff01, int32 -1",
    "0880808080f8ffffffff01, int32 min",
    "08ffffffff07, int32 max",
    "10ffffffffffffffffff01, int64 -1",
    "18ffffffff0f, uint32 max",
    "20ffffffffffffffffff01, uint64 max",
    "28ffffffff0f, sint32 min",
    "3800, bool false",
    "3801, bool true",
    "38818000, bool true not minimal",
    "4500000000, fixed32",
    "490000000000000000, fixed64",
    "6200, empty string",
    "6a03010203, bytes",
    "7000, enum",
    "7063, an enum value not known",
    "70ffffffffffffffffff01, a negative enum value",
    "78017802, repeated unpacked",
    "7a020102, repeated packed",
    "7a02010278037a00, repeated both ways",
    "82010401000000, fixed packed",
    "920100, nested",
    "92010208019201020801, nested twice",
    "980101, one of two",
    "f8ffffff0f00, the highest field number",
    "f20703010203, unknown bytes",
    "f50700000000f1070000000000000000f00700f00700, unknown numbers repeated"
  })
  void whatAParserKeepsIsAllowed(String hex, String what) {
    assertThatCode(() -> check(hex)).as(what).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "088080808008, int32 max plus one",
    "08ffffffff0f, int32 minus one in five bytes",
    "08fffffffff7ffffffff01, int32 min minus one",
    "188080808010, uint32 2^32",
    "188580808010, uint32 2^32+5",
    "18ffffffffffffffffff01, uint32 negative",
    "288080808010, sint32 2^32",
    "3802, bool 2",
    "38ffffffffffffffffff01, bool negative",
    "708080808008, enum 2^31",
    "7a058080808010, packed uint32 2^32",
    "08ffffffffffffffffff02, varint of 65 bits",
    "08ffffffffffffffffffff01, varint of eleven bytes",
    "0880808080808080808080, endless varint",
    "08010802, singular twice",
    "62006200, string twice",
    "980101980101, oneof member twice",
    "980101a00101, two members of a oneof",
    "92010408010801, twice inside a nested one",
    "0000, field number 0",
    "0700, field 0 of wire type 7",
    "80808080801000, field number 2^32 of type 0",
    "f8ffffff1f00, field number beyond 29 bits",
    "0b, group of a known field",
    "0c, end of a known field's group",
    "f307f407, group of an unknown field",
    "f407, end of a group that never began",
    "f607, wire type 6",
    "f707, wire type 7",
    "0d00000000, int32 as fixed32",
    "0a0101, singular int32 packed",
    "4001, fixed32 as varint",
    "6001, string as varint",
    "900101, message as varint",
    "7d00000000, repeated varint as fixed32",
    "6205, string beyond the end",
    "62ffffffffffffffffff01, negative length",
    "62ffffffff07, length 2^31-1",
    "628080808010, length 2^32",
    "920103620562, string beyond the end of its message",
    "92010108920100, varint beyond the end of its message",
    "7a0180, packed varint cut off",
    "82010301000000, packed fixed32 cut off",
    "45000000, fixed32 cut off",
    "4900000000000000, fixed64 cut off",
    "08, value missing",
    "80, tag cut off"
  })
  void whatAParserWouldRepairOrChokeOnIsRefused(String hex, String what) {
    assertThatThrownBy(() -> check(hex)).as(what).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void limitsAreExact() throws MalformedMessageException {
    check("7801".repeat(50));
    assertThatThrownBy(() -> check("7801".repeat(51))).hasMessageContaining("50 fields");
    check("7a3101" + "01".repeat(48));
    assertThatThrownBy(() -> check("7a3201" + "01".repeat(49))).hasMessageContaining("50 fields");
    assertThatThrownBy(() -> check("f00700".repeat(51))).hasMessageContaining("50 fields");
    assertThatThrownBy(() -> check("920100".repeat(51))).hasMessageContaining("50 fields");
    check("920106920103920100");
    assertThatThrownBy(() -> check("920109920106920103920100")).hasMessageContaining("deep");
    check("6ae507" + "00".repeat(997));
    assertThatThrownBy(() -> check("6ae607" + "00".repeat(998))).hasMessageContaining("1000");
    assertThatIllegalArgumentException().isThrownBy(() -> new ScanLimits(1, 1, 65));
    assertThatIllegalArgumentException().isThrownBy(() -> new ScanLimits(-1, 1, 1));
    assertThat(ScanLimits.defaults().withBytesMax(7).withFieldsMax(8))
        .isEqualTo(new ScanLimits(7, 8, 8));
  }

  @Test
  void aMebibyteOfEmptyMessagesIsRefusedBeforeItIsParsed() {
    byte[] flood = new byte[1 << 20];
    for (int i = 0; i + 2 < flood.length; i += 3) {
      flood[i] = (byte) 0x92;
      flood[i + 1] = 1;
    }
    assertThatThrownBy(() -> ProtobufScan.check(everything, flood, ScanLimits.defaults()))
        .hasMessageContaining("16384 fields");
  }

  @Test
  void parsingGivesTheMessage() throws MalformedMessageException {
    NoiseHandshakePayload payload =
        ProtobufScan.parse(
            NoiseHandshakePayload.getDefaultInstance(),
            Bytes.fromHex("0a0101120102220412027961").toByteArray(),
            LIMITS);
    assertThat(payload.getIdentityKey().size()).isEqualTo(1);
    assertThat(payload.getExtensions().getStreamMuxers(0)).isEqualTo("ya");
  }

  @Test
  void textThatIsNotUtf8IsRefusedByTheParser() {
    byte[] encoded = Bytes.fromHex("2203" + "1201ff").toByteArray();
    assertThatThrownBy(
            () -> ProtobufScan.parse(NoiseHandshakePayload.getDefaultInstance(), encoded, LIMITS))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("parser");
  }

  @Test
  void mutatedMessagesAreParsedOrRefusedAndNothingElse() {
    byte[] valid =
        Bytes.fromHex(
                "08ffffffff07"
                    + "18ffffffff0f"
                    + "3801"
                    + "620161"
                    + "7a020102"
                    + "92010808019201037a0101"
                    + "980101"
                    + "f20703010203"
                    + "8a010161")
            .toByteArray();
    DynamicMessage type = DynamicMessage.getDefaultInstance(everything);
    int parsed = 0;
    for (int seed = 0; seed < 200_000; seed++) {
      byte[] mutated = mutate(valid, new SplittableRandom(seed));
      try {
        ProtobufScan.parse(type, mutated, LIMITS);
        parsed++;
      } catch (MalformedMessageException expected) {
        assertThat(expected.getMessage()).as("seed %d", seed).isNotEmpty();
      } catch (RuntimeException | Error unexpected) {
        throw new AssertionError("seed " + seed, unexpected);
      }
    }
    // Both ways are taken.
    assertThat(parsed).isBetween(1_000, 150_000);
  }

  private static byte[] mutate(byte[] valid, SplittableRandom random) {
    byte[] mutated = valid.clone();
    for (int edits = random.nextInt(1, 6); edits > 0; edits--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] = (byte) random.nextInt(256);
        case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> {
          int from = random.nextInt(mutated.length);
          int length = Math.min(random.nextInt(8), mutated.length - Math.max(at, from));
          System.arraycopy(mutated, from, mutated, at, length);
        }
        default ->
            mutated = Arrays.copyOf(mutated, Math.max(1, mutated.length - random.nextInt(3)));
      }
    }
    return mutated;
  }
}
