package io.github.taxitrips.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of Markdown, as far as its promises go.
 *
 * @param path where it lies, from the top of the repository
 * @param anchors its headings as GitHub makes anchors of them
 * @param links targets of its links and pictures
 * @param commands what its blocks of shell commands tell to run
 */
record Page(Path path, List<String> anchors, List<String> links, List<Command> commands) {

    private static final String FENCE = "```";
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.+?) *#*");
    private static final Pattern LINK =
            Pattern.compile("\\]\\(([^()\\s]+)(?: +\"[^\"]*\")?\\)|^\\[[^\\]]+\\]: *(\\S+)|(?:href|src)=\"([^\"]+)\"");

    /**
     * A command, on one line.
     *
     * @param text the command
     * @param needsAccount whether it says that it needs an AWS account, or the line above its block does
     */
    record Command(String text, boolean needsAccount) {

        private static final Pattern OF_AWS = Pattern.compile("(^|[ (])(AWS_[A-Z_]+=|aws |sam )");
        private static final Pattern NEEDS_ACCOUNT = Pattern.compile("needs? an (AWS )?account");

        private static Command of(String text, String lineAbove) {
            return new Command(
                    text,
                    NEEDS_ACCOUNT.matcher(lineAbove).find()
                            || OF_AWS.matcher(text).find());
        }
    }

    /** All pages that people read: those at the top, in docs and in .github. */
    static List<Page> all() throws IOException {
        List<Page> pages = new ArrayList<>();
        for (Path folder : List.of(Path.of(""), Path.of("docs"), Path.of(".github"))) {
            try (Stream<Path> files = Files.walk(folder, folder.toString().isEmpty() ? 1 : Integer.MAX_VALUE)) {
                for (Path file : files.filter(file -> file.toString().endsWith(".md"))
                        .sorted()
                        .toList()) {
                    pages.add(read(file));
                }
            }
        }
        return pages;
    }

    private static Page read(Path path) throws IOException {
        Page page = new Page(path, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Map<String, Integer> slugs = new HashMap<>();
        String lineAbove = "";
        StringBuilder command = new StringBuilder();
        String fence = "";
        for (String line : Files.readAllLines(path)) {
            if (line.strip().startsWith(FENCE)) {
                fence = fence.isEmpty() ? line.strip() : "";
            } else if (fence.equals(FENCE + "bash")) {
                boolean goesOn = line.endsWith("\\");
                command.append((goesOn ? line.substring(0, line.length() - 1) : line).strip())
                        .append(' ');
                if (!goesOn) {
                    page.commands.add(Command.of(command.toString().strip(), lineAbove));
                    command.setLength(0);
                }
            } else if (fence.isEmpty()) {
                Matcher heading = HEADING.matcher(line);
                if (heading.matches()) {
                    String slug = slug(heading.group(1));
                    int before = slugs.merge(slug, 1, Integer::sum) - 1;
                    page.anchors.add(before == 0 ? slug : slug + "-" + before);
                }
                LINK.matcher(line.replaceAll("`[^`]*`", ""))
                        .results()
                        .map(Page::target)
                        .forEach(page.links::add);
                lineAbove = line.isBlank() ? lineAbove : line;
            }
        }
        return page;
    }

    private static String target(MatchResult link) {
        return Stream.of(1, 2, 3)
                .map(link::group)
                .filter(group -> group != null)
                .findFirst()
                .orElseThrow();
    }

    /** GitHub's rule: in lower case, with hyphens for spaces, and no other sign than hyphen and underscore. */
    private static String slug(String heading) {
        return heading.replaceAll("!?\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
