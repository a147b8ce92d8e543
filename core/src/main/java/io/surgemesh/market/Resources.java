package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a provider puts up, for all of its jobs together.
 *
 * @param cpuMillicores 1 to {@value #CPU_MILLICORES_MAX}; 1,000 are one core
 * @param architecture as the Java property {@code os.arch} names it, such as {@code amd64}; at most
 *     16 bytes, empty when unknown
 * @param memoryBytes 1 to 2^50
 * @param storageBytes 0 to 2^50
 * @param uploadBitsPerSecond 0 to 2^50; 0 when unknown
 * @param downloadBitsPerSecond 0 to 2^50; 0 when unknown
 * @param gpus at most {@value #GPUS_MAX}
 * @param attributes at most {@value #ATTRIBUTES_MAX}
 */
public record Resources(
    int cpuMillicores,
    String architecture,
    long memoryBytes,
    long storageBytes,
    long uploadBitsPerSecond,
    long downloadBitsPerSecond,
    List<Gpu> gpus,
    List<Attribute> attributes) {
  /** The most millicores of one provider: 100,000 cores. */
  public static final int CPU_MILLICORES_MAX = 100_000_000;

  /** The most models of graphics processors. */
  public static final int GPUS_MAX = 16;

  /** The most attributes. */
  public static final int ATTRIBUTES_MAX = 16;

  /**
   * Checks the ranges and copies the lists.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public Resources {
    Ranges.require(cpuMillicores, 1, CPU_MILLICORES_MAX, "cpuMillicores");
    Ranges.requireLabel(architecture, 16, "architecture");
    Ranges.require(memoryBytes, 1, Ranges.BYTES_MAX, "memoryBytes");
    Ranges.require(storageBytes, 0, Ranges.BYTES_MAX, "storageBytes");
    Ranges.require(uploadBitsPerSecond, 0, Ranges.BYTES_MAX, "uploadBitsPerSecond");
    Ranges.require(downloadBitsPerSecond, 0, Ranges.BYTES_MAX, "downloadBitsPerSecond");
    Ranges.require(gpus.size(), 0, GPUS_MAX, "GPUs");
    Ranges.require(attributes.size(), 0, ATTRIBUTES_MAX, "attributes");
    gpus = List.copyOf(gpus);
    attributes = List.copyOf(attributes);
  }

  /** Returns resources of which only processor and memory are said, on this machine's kind. */
  public static Resources of(int cpuMillicores, long memoryBytes) {
    String architecture = System.getProperty("os.arch", "");
    return new Resources(cpuMillicores, architecture, memoryBytes, 0, 0, 0, List.of(), List.of());
  }

  /** Returns these resources with other storage. */
  public Resources withStorageBytes(long other) {
    return new Resources(
        cpuMillicores,
        architecture,
        memoryBytes,
        other,
        uploadBitsPerSecond,
        downloadBitsPerSecond,
        gpus,
        attributes);
  }

  /** Returns how many graphics processors there are, of all models. */
  public int gpuCount() {
    return gpus.stream().mapToInt(Gpu::count).sum();
  }

  io.surgemesh.wire.pb.Resources toMessage() {
    io.surgemesh.wire.pb.Resources.Builder message =
        io.surgemesh.wire.pb.Resources.newBuilder()
            .setCpuMillicores(cpuMillicores)
            .setArchitecture(architecture)
            .setMemoryBytes(memoryBytes)
            .setStorageBytes(storageBytes)
            .setUploadBitsPerSecond(uploadBitsPerSecond)
            .setDownloadBitsPerSecond(downloadBitsPerSecond);
    gpus.forEach(gpu -> message.addGpus(gpu.toMessage()));
    attributes.forEach(attribute -> message.addAttributes(attribute.toMessage()));
    return message.build();
  }

  static Resources fromMessage(io.surgemesh.wire.pb.Resources message)
      throws MalformedMessageException {
    Decoding.require(message.getGpusCount() <= GPUS_MAX, "too many GPUs");
    Decoding.require(message.getAttributesCount() <= ATTRIBUTES_MAX, "too many attributes");
    List<Gpu> gpus = new ArrayList<>();
    for (io.surgemesh.wire.pb.Gpu gpu : message.getGpusList()) {
      gpus.add(Gpu.fromMessage(gpu));
    }
    List<Attribute> attributes = new ArrayList<>();
    for (io.surgemesh.wire.pb.Attribute attribute : message.getAttributesList()) {
      attributes.add(Attribute.fromMessage(attribute));
    }
    return Decoding.value(
        () ->
            new Resources(
                message.getCpuMillicores(),
                message.getArchitecture(),
                message.getMemoryBytes(),
                message.getStorageBytes(),
                message.getUploadBitsPerSecond(),
                message.getDownloadBitsPerSecond(),
                gpus,
                attributes));
  }
}
