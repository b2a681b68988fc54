package io.github.taxitrips.template;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code template.yaml} makes of the function.
 *
 * @param handler the handler
 * @param codeUri the package
 * @param memorySize memory in MB
 * @param logFormat format of what the runtime logs
 * @param variables environment variables
 */
public record DeployedFunction(
        String handler, Path codeUri, int memorySize, String logFormat, Map<String, String> variables) {

    /**
     * Reads the template in the working directory.
     *
     * @param parameters values of parameters by name; the others have their defaults
     */
    public static DeployedFunction load(Map<String, String> parameters) {
        Template template = Template.load();
        Map<String, Object> properties = template.properties("TaxiTripsFunction");
        Map<String, String> variables = new LinkedHashMap<>();
        Template.map(template.at("Resources", "TaxiTripsFunction", "Properties", "Environment", "Variables"))
                .forEach((name, value) -> variables.put(name, template.resolve(value, parameters)));
        return new DeployedFunction(
                properties.get("Handler").toString(),
                Path.of(properties.get("CodeUri").toString()),
                Integer.parseInt(template.resolve(properties.get("MemorySize"), parameters)),
                Template.map(properties.get("LoggingConfig")).get("LogFormat").toString(),
                variables);
    }
}
