package io.surgemesh.house;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
  /** The share of hidden types in the API rooms: raise it as the share grows, never lower it. */
  private static final double HIDDEN_SHARE_MIN = 0.5;

  private static final Pattern CLASS_NAME_BANNED =
      Pattern.compile(".*(Manager|Utils?|Helper|Impl)|(Abstract|Base|Default)([A-Z].*)?");

  private static List<JavaClass> classes = List.of();
  private static List<SourceFile> sources = List.of();

  @BeforeAll
  static void readTheHouse() {
    classes =
        new ArrayList<>(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(Rooms.BASE));
    sources = SourceFile.under(repository());
  }

  /** Were a module missing from the class path, the rules below would pass without looking. */
  @Test
  void everyRoomIsLookedAt() {
    Set<String> seen =
        classes.stream().map(JavaClass::getPackageName).collect(toCollection(TreeSet::new));
    none(
        "Packages whose classes are not on the class path of this test",
        sources.stream()
            .filter(SourceFile::isMain)
            .filter(source -> !source.isIn("benchmarks") && !source.isIn("interop"))
            .map(SourceFile::packageName)
            .distinct()
            .filter(name -> !seen.contains(name))
            .toList());
    assertThat(seen).contains("io.surgemesh.machine");
  }

  @Test
  void roomsImportOnlyWhatTheirTableAllows() {
    none("Imports that the table of rooms does not allow", Rooms.strayImports(classes));
  }

  @Test
  void onlyTheNettyRoomImportsNetty() {
    none("Uses of Netty outside its room", usesOutside("netty", "io.netty."));
  }

  /** It is optional: here, where whole meshes run, nothing of it is on the class path. */
  @Test
  void onlyTheMicrometerRoomImportsMicrometer() {
    none("Uses of Micrometer outside its room", usesOutside("micrometer", "io.micrometer."));
    assertThat(usesOutside("nowhere", "io.micrometer.")).isNotEmpty();
    assertThatThrownBy(() -> Class.forName("io.micrometer.core.instrument.MeterRegistry"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  /** It is optional as well. */
  @Test
  void onlyTheCryptoRoomImportsConscrypt() {
    none("Uses of Conscrypt outside its room", usesOutside("crypto", "org.conscrypt."));
    assertThat(usesOutside("nowhere", "org.conscrypt.")).isNotEmpty();
    assertThatThrownBy(() -> Class.forName("org.conscrypt.Conscrypt"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  private static Set<String> usesOutside(String room, String library) {
    Set<String> places = new TreeSet<>();
    for (JavaClass type : classes) {
      type.getDirectDependenciesFromSelf().stream()
          .filter(
              step -> step.getTargetClass().getBaseComponentType().getName().startsWith(library))
          .filter(step -> !Rooms.of(type.getPackageName()).equals(room))
          .forEach(step -> places.add(step.getDescription()));
    }
    return places;
  }

  @Test
  void machinesNeitherTouchTheWorldNorLeaveAnythingToChance() {
    none(
        "Machines, and what they reach in their room, must run alike each time",
        Determinism.breaches(
            Determinism.machinesAndTheirReach(classes, "io.surgemesh.machine.Machine")));
  }

  @Test
  void filesAreShort() {
    none("Files over " + SourceRules.FILE_LINES_MAX + " lines", SourceRules.longFiles(sources));
  }

  @Test
  void methodsAreShort() {
    none(
        "Methods over " + SourceRules.METHOD_LINES_MAX + " lines",
        SourceRules.longMethods(sources));
  }

  @Test
  void classNamesSayWhatAThingIs() {
    none(
        "Class names that say nothing",
        classes.stream()
            .filter(type -> !Rooms.isGenerated(type))
            .filter(type -> CLASS_NAME_BANNED.matcher(type.getSimpleName()).matches())
            .map(JavaClass::getName)
            .toList());
  }

  @Test
  void packageNamesSayWhatIsInThem() {
    none("Package names that say nothing", SourceRules.packagesOfBannedName(sources));
  }

  @Test
  void noCodeWaitsBySleeping() {
    none("Calls of sleep", SourceRules.sleeps(sources));
  }

  @Test
  void disabledTestsSayWhy() {
    none("Tests disabled without a reason", SourceRules.testsDisabledWithoutReason(sources));
  }

  @Test
  void noCodePrintsAStackTrace() {
    none("Printed stack traces", SourceRules.printedTraces(sources));
  }

  @Test
  void onlyProgramsWriteToTheConsole() {
    none("Uses of System.out outside programs", SourceRules.consoleWrites(sources));
  }

  @Test
  void everyPackageIsNullMarked() {
    none(
        "Packages without a package-info.java that says @NullMarked",
        SourceRules.packagesNotNullMarked(sources));
  }

  @Test
  void signaturesOfTheApiNameOnlyTypesOfTheApiAndTheJdk() {
    none("Foreign or inner types in the API", ApiRules.foreignTypes(classes, Rooms::isApi));
  }

  @Test
  void theApiHidesItsTypes() {
    List<JavaClass> types =
        classes.stream().filter(Rooms::isApi).filter(ApiRules::isNamed).toList();
    double share = ApiRules.hiddenShare(types);
    System.out.printf(
        Locale.ROOT, "Hidden share of the %d types in API rooms: %.3f%n", types.size(), share);
    assertThat(share).as("share of hidden types").isGreaterThanOrEqualTo(HIDDEN_SHARE_MIN);
  }

  private static void none(String rule, Iterable<String> places) {
    if (places.iterator().hasNext()) {
      fail(rule + ":\n  " + String.join("\n  ", places));
    }
  }

  /** Returns the folder of the parent pom, wherever in the repository this runs. */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("core/pom.xml"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new AssertionError("not run inside the repository");
    }
    return folder;
  }
}
