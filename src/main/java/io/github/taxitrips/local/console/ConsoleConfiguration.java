package io.github.taxitrips.local.console;

import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.local.FunctionInstances;
import io.github.taxitrips.local.InvocationTotals;
import io.github.taxitrips.local.OnTheDesk;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.kinesis.KinesisStreams;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.producer.Quarantined;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** The console's beans, and where its files are. */
@Configuration(proxyBeanMethods = false)
@OnTheDesk
class ConsoleConfiguration {

    private static final String PAGE = "classpath:/io/github/taxitrips/local/console/";

    @Bean
    Watch consoleWatch() {
        return new Watch();
    }

    @Bean
    Replays consoleReplays(TaxiTripsProperties properties, ObjectProvider<AwsEndpoint> endpoint) {
        return new Replays(properties, () -> endpoint.getObject().uri());
    }

    @Bean
    Pulse consolePulse(
            InvocationTotals totals,
            EventSourceMapping mapping,
            KinesisStreams streams,
            TaxiTripsProperties properties,
            FirehoseApi firehose,
            Lake lake,
            Replays replays,
            Watch watch) {
        return new Pulse(
                totals, mapping, streams.stream(properties.local().stream().name()), firehose, lake, replays, watch);
    }

    @Bean
    Verdicts consoleVerdicts(FunctionInstances instances, TaxiTripsProperties properties) {
        return new Verdicts(
                () -> new Intake(instances.validator(), properties.unpackAggregated(), properties.splitDocuments()));
    }

    @Bean
    Quarantined consoleQuarantined(Lake lake) {
        return new Quarantined(lake.root(), DeliveryStream.QUARANTINE);
    }

    @Bean
    ConsoleGuard consoleGuard(JsonMapper json) {
        return new ConsoleGuard(json);
    }

    @Bean
    WebMvcConfigurer consoleFiles(ConsoleGuard guard) {
        return new WebMvcConfigurer() {
            @Override
            public void addResourceHandlers(ResourceHandlerRegistry registry) {
                registry.addResourceHandler("/console/lib/uplot/**").addResourceLocations(webjar("uplot"));
                registry.addResourceHandler("/console/lib/codemirror/**").addResourceLocations(webjar("codemirror"));
                registry.addResourceHandler("/console/**")
                        .addResourceLocations(PAGE)
                        .setCacheControl(CacheControl.noCache());
            }

            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(guard).addPathPatterns("/console/**");
            }
        };
    }

    /** Returns the folder of a WebJar, whatever its version. */
    private static String webjar(String name) {
        try {
            for (Resource version : new PathMatchingResourcePatternResolver()
                    .getResources("classpath*:/META-INF/resources/webjars/" + name + "/*/package.json")) {
                List<String> parts =
                        Stream.of(version.getURL().getPath().split("/")).toList();
                return "classpath:/META-INF/resources/webjars/" + name + "/" + parts.get(parts.size() - 2) + "/";
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("The WebJar " + name + " is not on the class path");
    }
}
