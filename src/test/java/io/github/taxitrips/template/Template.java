package io.github.taxitrips.template;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * {@code template.yaml} as nested maps and lists, with CloudFormation's short tags written out: {@code !Ref X} reads as
 * {@code {Ref: X}}, {@code !GetAtt A.B} as {@code {Fn::GetAtt: [A, B]}}. The maps can be changed, to see a check fail.
 *
 * @param root all of it
 */
public record Template(Map<String, Object> root) {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!}][^}]*)}");

    /** A place that names something: {@code attribute} is empty unless it is an attribute that is asked for. */
    record Reference(String path, String target, String attribute) {}

    /** Reads the template in the working directory. */
    public static Template load() {
        return new Template(map(new Yaml(new Tags()).load(read(Path.of("template.yaml")))));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, Object> parameters() {
        return map(root.get("Parameters"));
    }

    Map<String, Object> conditions() {
        return map(root.get("Conditions"));
    }

    /** The resources by their names. */
    public Map<String, Object> resources() {
        return map(root.get("Resources"));
    }

    Map<String, Object> outputs() {
        return map(root.get("Outputs"));
    }

    Map<String, Object> parameter(String name) {
        return map(parameters().get(name));
    }

    Map<String, Object> properties(String resource) {
        return map(at("Resources", resource, "Properties"));
    }

    /** What stands below the keys; a whole number is an index into a list. */
    Object at(String... keys) {
        Object value = root;
        for (String key : keys) {
            Object inner = value instanceof List<?> list
                    ? list.get(Integer.parseInt(key))
                    : map(value).get(key);
            if (inner == null) {
                throw new AssertionError("template.yaml has no " + String.join(".", keys) + ", " + key + " is missing");
            }
            value = inner;
        }
        return value;
    }

    /** A parameter's value where a parameter is referred to: the given one, else its default. */
    String resolve(Object value, Map<String, String> parameters) {
        if (value instanceof Map<?, ?> reference) {
            String name = String.valueOf(reference.get("Ref"));
            String given = parameters.get(name);
            return given != null ? given : String.valueOf(parameter(name).get("Default"));
        }
        return value.toString();
    }

    /** Every {@code Ref}, {@code Fn::GetAtt} and variable of a {@code Fn::Sub} below the value. */
    static List<Reference> references(Object value) {
        List<Reference> references = new ArrayList<>();
        visit("", value, (path, map) -> {
            if (map.get("Ref") instanceof String target) {
                references.add(new Reference(path, target, ""));
            }
            if (map.get("Fn::GetAtt") instanceof List<?> names) {
                references.add(new Reference(
                        path, names.get(0).toString(), names.get(1).toString()));
            }
            if (map.get("Fn::Sub") != null) {
                Matcher variable = VARIABLE.matcher(text(map.get("Fn::Sub")));
                while (variable.find()) {
                    if (!variables(map.get("Fn::Sub")).containsKey(variable.group(1))) {
                        String[] names = variable.group(1).split("\\.", 2);
                        references.add(new Reference(path, names[0], names.length == 2 ? names[1] : ""));
                    }
                }
            }
        });
        return references;
    }

    /** The text of a {@code Fn::Sub}, with or without variables of its own. */
    static String text(Object sub) {
        return list(sub).get(0).toString();
    }

    /** The variables that a {@code Fn::Sub} brings along. */
    static Map<String, Object> variables(Object sub) {
        return list(sub).size() == 2 ? map(list(sub).get(1)) : Map.of();
    }

    /** Calls the visitor with the path and content of each map at or below the value. */
    static void visit(String path, Object value, BiConsumer<String, Map<String, Object>> visitor) {
        if (value instanceof Map<?, ?>) {
            Map<String, Object> map = map(value);
            visitor.accept(path, map);
            map.forEach((key, inner) -> visit(path.isEmpty() ? key : path + "." + key, inner, visitor));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                visit(path + "." + i, list.get(i), visitor);
            }
        }
    }

    /** Takes a value for the map that it must be. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object value) {
        if (value instanceof Map<?, ?>) {
            return (Map<String, Object>) value;
        }
        throw new AssertionError("expected a map, found " + value);
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return value instanceof List<?> ? (List<Object>) value : new ArrayList<>(List.of(value));
    }

    private static final class Tags extends SafeConstructor {
        Tags() {
            super(new LoaderOptions());
            yamlMultiConstructors.put("!", new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    String tag = node.getTag().getValue().substring(1);
                    Map<String, Object> written = new LinkedHashMap<>();
                    written.put(tag.matches("Ref|Condition") ? tag : "Fn::" + tag, argument(tag, node));
                    return written;
                }
            });
        }

        private Object argument(String tag, Node node) {
            if (node instanceof SequenceNode sequence) {
                return constructSequence(sequence);
            }
            if (node instanceof MappingNode mapping) {
                return constructMapping(mapping);
            }
            String text = constructScalar((ScalarNode) node);
            return tag.equals("GetAtt") ? new ArrayList<>(Arrays.asList(text.split("\\.", 2))) : text;
        }
    }
}
