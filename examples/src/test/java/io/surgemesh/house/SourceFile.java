package io.surgemesh.house;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** One parsed source file: syntax only, so comments and strings never count as code. */
final class SourceFile {
  /** Some lines of a file; {@code what} names them. */
  record Place(String file, long line, String what, long lines) {
    @Override
    public String toString() {
      return file + ":" + line + " " + what + (lines > 1 ? ", " + lines + " lines" : "");
    }
  }

  private final String name;
  private final CompilationUnitTree tree;
  private final SourcePositions positions;
  private final long lines;

  private SourceFile(String name, CompilationUnitTree tree, SourcePositions positions)
      throws IOException {
    this.name = name;
    this.tree = tree;
    this.positions = positions;
    this.lines = tree.getSourceFile().getCharContent(true).toString().lines().count();
  }

  /** Parses the main and test sources of all modules; names are relative to the repository. */
  static List<SourceFile> under(Path repository) {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> modules = Files.list(repository)) {
      for (Path module : modules.filter(m -> Files.exists(m.resolve("pom.xml"))).toList()) {
        files.addAll(javaFiles(module.resolve("src/main/java")));
        files.addAll(javaFiles(module.resolve("src/test/java")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parse(files, repository);
  }

  /** Parses a snippet, a whole file by itself. */
  static SourceFile ofText(String name, String text) {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("text:///" + name), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    return parse(compiler(), null, List.of(file), object -> name).get(0);
  }

  private static List<SourceFile> parse(List<Path> files, Path repository) {
    JavaCompiler compiler = compiler();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      return parse(
          compiler,
          manager,
          manager.getJavaFileObjectsFromPaths(files),
          file -> repository.relativize(Path.of(file.toUri())).toString().replace('\\', '/'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<SourceFile> parse(
      JavaCompiler compiler,
      @Nullable StandardJavaFileManager manager,
      Iterable<? extends JavaFileObject> files,
      Function<JavaFileObject, String> nameOf) {
    JavacTask task =
        (JavacTask)
            compiler.getTask(null, manager, diagnostic -> {}, List.of("-proc:none"), null, files);
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    List<SourceFile> parsed = new ArrayList<>();
    try {
      for (CompilationUnitTree tree : task.parse()) {
        parsed.add(new SourceFile(nameOf.apply(tree.getSourceFile()), tree, positions));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parsed;
  }

  private static JavaCompiler compiler() {
    return ToolProvider.getSystemJavaCompiler();
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
  }

  String name() {
    return name;
  }

  long lines() {
    return lines;
  }

  boolean isMain() {
    return name.contains("/src/main/java/");
  }

  boolean isIn(String module) {
    return name.startsWith(module + "/");
  }

  String packageName() {
    return tree.getPackageName() == null ? "" : tree.getPackageName().toString();
  }

  boolean isPackageInfo() {
    return name.endsWith("/package-info.java");
  }

  boolean isNullMarked() {
    return tree.getPackageAnnotations().stream()
        .map(annotation -> annotation.getAnnotationType().toString())
        .anyMatch(type -> type.equals("NullMarked") || type.endsWith(".NullMarked"));
  }

  /**
   * Returns all methods and constructors with their sizes, from the first annotation to the end.
   */
  List<Place> methods() {
    List<Place> methods = new ArrayList<>();
    new TreeScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
        methods.add(place(method, method.getName().toString()));
        return super.visitMethod(method, null);
      }
    }.scan(tree, null);
    return methods;
  }

  /** Returns where a dotted name such as {@code System.out} is written; imports count too. */
  List<Place> selects(Predicate<MemberSelectTree> wanted) {
    List<Place> places = new ArrayList<>();
    new TreeScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void unused) {
        if (wanted.test(select)) {
          long line = lineOf(positions.getEndPosition(tree, select));
          places.add(new Place(name, line, select.getIdentifier().toString(), 1));
        }
        return super.visitMemberSelect(select, null);
      }
    }.scan(tree, null);
    return places;
  }

  List<Place> annotations(Predicate<AnnotationTree> wanted) {
    List<Place> places = new ArrayList<>();
    new TreeScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void unused) {
        if (wanted.test(annotation)) {
          places.add(place(annotation, annotation.toString()));
        }
        return super.visitAnnotation(annotation, null);
      }
    }.scan(tree, null);
    return places;
  }

  private Place place(Tree part, String what) {
    long first = lineOf(positions.getStartPosition(tree, part));
    long last = lineOf(positions.getEndPosition(tree, part));
    return new Place(name, first, what, last - first + 1);
  }

  private long lineOf(long position) {
    return tree.getLineMap().getLineNumber(position);
  }
}
