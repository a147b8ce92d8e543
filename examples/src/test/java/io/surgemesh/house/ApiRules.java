package io.surgemesh.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.ThrowsDeclaration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What users see of the API rooms: few types, and none of a foreign or an inner one in them. */
final class ApiRules {
  private ApiRules() {}

  /** Returns each use, in a signature of a visible member, of a type that is not the user's. */
  static List<String> foreignTypes(Iterable<JavaClass> types, Predicate<JavaClass> belongsToApi) {
    Set<String> foreign = new TreeSet<>();
    for (JavaClass type : types) {
      if (!belongsToApi.test(type) || !isVisible(type)) {
        continue;
      }
      Stream<JavaType> supertypes =
          Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
      collect(foreign, type.getName() + " extends", supertypes, belongsToApi);
      for (JavaMember member : type.getMembers()) {
        if (isVisible(member)) {
          collect(foreign, member.getFullName() + " names", signature(member), belongsToApi);
        }
      }
    }
    return new ArrayList<>(foreign);
  }

  /** Returns the share of types that users cannot see. */
  static double hiddenShare(Collection<JavaClass> types) {
    long hidden = types.stream().filter(type -> !isVisible(type)).count();
    return types.isEmpty() ? 0 : (double) hidden / types.size();
  }

  /** Tells whether a source declares the type by a name, be it at the top or nested. */
  static boolean isNamed(JavaClass type) {
    return !type.getSimpleName().equals("package-info")
        && (type.isTopLevelClass() || type.isMemberClass())
        && !type.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  private static void collect(
      Set<String> foreign,
      String place,
      Stream<? extends JavaType> named,
      Predicate<JavaClass> belongsToApi) {
    named
        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
        .map(JavaClass::getBaseComponentType)
        .filter(type -> !isOfJdk(type) && !belongsToApi.test(type))
        .forEach(type -> foreign.add(place + " " + type.getName()));
  }

  private static Stream<? extends JavaType> signature(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit codeUnit = (JavaCodeUnit) member;
    Stream<JavaType> taken =
        Stream.concat(
            codeUnit.getParameterTypes().stream(),
            codeUnit.getThrowsClause().stream().map(ThrowsDeclaration::getRawType));
    return Stream.concat(Stream.of(codeUnit.getReturnType()), taken);
  }

  private static boolean isOfJdk(JavaClass type) {
    String name = type.getName();
    return type.isPrimitive()
        || ((name.startsWith("java.") || name.startsWith("javax."))
            && !name.startsWith("java.sql.")
            && !name.startsWith("javax.sql."));
  }

  private static boolean isVisible(JavaClass type) {
    return isVisible(type.getModifiers())
        && type.getEnclosingClass().map(ApiRules::isVisible).orElse(true);
  }

  private static boolean isVisible(JavaMember member) {
    return isVisible(member.getModifiers());
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return !modifiers.contains(JavaModifier.SYNTHETIC)
        && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
  }
}
