package io.surgemesh.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Shows that each rule of the house can fail: it finds what was planted for it. */
class HouseRulesCounterProofTest {
  private static final String METHOD_OF_51_LINES =
      "  void big() {\n" + "    ;\n".repeat(49) + "  }\n";
  private static final String METHOD_OF_50_LINES =
      "  void fit() {\n" + "    ;\n".repeat(48) + "  }\n";

  /** What a machine looks like to the samples below. */
  interface Automaton {}

  static final class SampleMachine implements Automaton {
    private final List<SampleChild> children = new ArrayList<>();

    int children() {
      return children.size();
    }
  }

  static final class SampleChild {
    private final Supplier<Object> chance = SampleDice::new;

    Object roll() {
      return chance.get();
    }
  }

  static final class SampleDice {
    final double value = Math.random();
  }

  static final class SampleStranger {
    final double value = Math.random();
  }

  @Test
  void aRoomMayNotImportWhatItsTableDoesNotName() {
    assertThat(Rooms.of("io.surgemesh.wire.pb")).isEqualTo("wire");
    assertThat(Rooms.of("io.surgemesh")).isEmpty();
    assertThat(Rooms.mayImport("job", "ledger")).isTrue();
    assertThat(Rooms.mayImport("ledger", "job")).isFalse();
    assertThat(Rooms.mayImport("machine", "multiformats")).isFalse();
    assertThat(Rooms.mayImport("dht", "gossip")).isFalse();
    assertThat(Rooms.mayImport("simulator", "netty")).isFalse();
    assertThat(Rooms.strayImports(imported(SampleApi.class)))
        .singleElement()
        .asString()
        .contains("stands in no known room");
  }

  @Test
  void everySinAgainstDeterminismIsSeen() {
    List<String> breaches = Determinism.breaches(imported(Sins.class));
    for (var sin : Sins.class.getDeclaredMethods()) {
      if (!sin.isSynthetic()) {
        assertThat(breaches)
            .as(sin.getName())
            .anyMatch(place -> place.contains("." + sin.getName() + "("));
      }
    }
  }

  @Test
  void whatIsAllowedToMachinesIsNotSeenAsSin() {
    assertThat(Determinism.breaches(imported(Virtues.class))).isEmpty();
  }

  @Test
  void whatAMachineReachesInItsPackageIsLookedAt() {
    List<JavaClass> samples =
        imported(
            Automaton.class,
            SampleMachine.class,
            SampleChild.class,
            SampleDice.class,
            SampleStranger.class);
    Set<JavaClass> reached = Determinism.machinesAndTheirReach(samples, Automaton.class.getName());
    assertThat(reached)
        .extracting(JavaClass::getSimpleName)
        .contains("SampleMachine", "SampleChild", "SampleDice")
        .doesNotContain("Automaton", "SampleStranger");
    assertThat(Determinism.breaches(reached))
        .singleElement()
        .asString()
        .contains("SampleDice", "Math.random");
  }

  @Test
  void linesAreCountedFromTheFirstAnnotationToTheLastBrace() {
    SourceFile source = snippet("class A {\n" + METHOD_OF_50_LINES + METHOD_OF_51_LINES + "}\n");
    assertThat(SourceRules.longMethods(List.of(source)))
        .containsExactly("core/src/main/java/A.java:52 big, 51 lines");
    assertThat(SourceRules.longFiles(List.of(source))).isEmpty();
    SourceFile annotated =
        snippet("record A(int a) {\n/** Not counted. */\n@Deprecated\nA {\n}\n}\n");
    assertThat(annotated.methods()).extracting(SourceFile.Place::lines).containsExactly(3L);
  }

  @Test
  void aFileOf401LinesIsTooLong() {
    assertThat(SourceRules.longFiles(List.of(snippet("\n".repeat(400))))).isEmpty();
    assertThat(SourceRules.longFiles(List.of(snippet("\n".repeat(401))))).hasSize(1);
  }

  @Test
  void bannedWordsCountInCodeOnly() {
    List<SourceFile> source =
        List.of(
            snippet(
                """
                package io.surgemesh.util;
                // Thread.sleep(1) and System.out
                class A {
                  String said = "Thread.sleep(1)";
                  @Disabled void a() { Thread.sleep(1); }
                  @Disabled("") void b() { java.util.concurrent.TimeUnit.SECONDS.sleep(1); }
                  @Disabled("needs a clock") void c() { e.printStackTrace(); }
                  void d() { System.out.println(); clock.sleep(1); }
                }
                """));
    assertThat(SourceRules.sleeps(source)).hasSize(2);
    assertThat(SourceRules.testsDisabledWithoutReason(source)).hasSize(2);
    assertThat(SourceRules.printedTraces(source)).hasSize(1);
    assertThat(SourceRules.consoleWrites(source))
        .containsExactly("core/src/main/java/A.java:8 out");
    assertThat(SourceRules.packagesOfBannedName(source)).containsExactly("io.surgemesh.util");
    assertThat(SourceRules.packagesNotNullMarked(source)).containsExactly("core/src/main/java");
  }

  @Test
  void foreignTypesInSignaturesAreSeen() {
    List<String> foreign =
        ApiRules.foreignTypes(
            imported(SampleApi.class), type -> type.getName().endsWith(".SampleApi"));
    assertThat(foreign)
        .hasSize(3)
        .anyMatch(place -> place.contains("foreignResult"))
        .anyMatch(place -> place.contains("foreignParameter"))
        .anyMatch(place -> place.contains("innerException"));
  }

  @Test
  void typesInsideAHiddenTypeAreHidden() {
    assertThat(ApiRules.hiddenShare(imported(SampleApi.class, SampleApi.Inner.class)))
        .isEqualTo(1.0 / 2);
  }

  private static SourceFile snippet(String text) {
    return SourceFile.ofText("core/src/main/java/A.java", text);
  }

  private static List<JavaClass> imported(Class<?>... types) {
    return new ArrayList<>(new ClassFileImporter().importClasses(types));
  }
}
