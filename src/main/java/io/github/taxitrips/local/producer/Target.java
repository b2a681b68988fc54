package io.github.taxitrips.local.producer;

import io.github.taxitrips.local.base.DeskSettings;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The options that say which stream a tool sends to, and how. */
final class Target {

    private static final String DESK = "desk";
    private static final String ACCOUNT = "account";

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            description =
                    "desk: the local run on this machine (the default); account: AWS, with your credentials and region; or the URL of an endpoint that speaks Kinesis.")
    private String to = DESK;

    @Option(names = "--stream", paramLabel = "NAME", description = "The stream. Default: taxi-trips.local.stream.name.")
    private @Nullable String stream;

    @Option(names = "--rate", paramLabel = "N", description = "Records a second. Default: as many as go.")
    private double rate;

    @Option(names = "--concurrency", paramLabel = "N", description = "Calls under way at once, 1 to 64. Default: 4.")
    private int concurrency = 4;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** What a tool does once it is known where to. */
    @FunctionalInterface
    interface Work {

        /**
         * Does it, and returns the exit status.
         *
         * @param properties the settings
         * @param stream the stream's name
         * @param destination where it is
         */
        int run(TaxiTripsProperties properties, String stream, Destination destination)
                throws IOException, InterruptedException;
    }

    /**
     * Checks the options, does the work, prints what hinders it, and returns the exit status.
     *
     * @throws ParameterException if an option is wrong
     */
    int run(Work work) throws InterruptedException {
        Destination asked = check();
        try {
            TaxiTripsProperties properties = DeskSettings.read();
            return work.run(
                    properties,
                    stream == null ? properties.local().stream().name() : stream,
                    asked == null ? Destination.here(properties.local().firehosePort()) : asked);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
        } catch (SdkClientException e) {
            String message = String.valueOf(e.getMessage());
            System.err.println(
                    message.startsWith("Unable to load region")
                            ? "There is no region: set AWS_REGION, or one in the profile"
                            : message);
        }
        return 1;
    }

    private @Nullable Destination check() {
        require(rate >= 0, "--rate must be no less than 0, not " + rate);
        require(concurrency >= 1 && concurrency <= 64, "--concurrency must be from 1 to 64, not " + concurrency);
        if (to.equals(DESK) || to.equals(ACCOUNT)) {
            return to.equals(DESK) ? null : Destination.ACCOUNT;
        }
        URI endpoint = null;
        try {
            endpoint = URI.create(to);
        } catch (IllegalArgumentException e) {
            // told below
        }
        require(
                endpoint != null && endpoint.getHost() != null,
                "--to must be desk, account or a URL such as http://127.0.0.1:8081, not " + to);
        return new Destination(endpoint);
    }

    /** @throws ParameterException if a condition on the options does not hold, telling the problem */
    void require(boolean condition, String problem) {
        if (!condition) {
            throw new ParameterException(Objects.requireNonNull(command).commandLine(), problem);
        }
    }

    double rate() {
        return rate;
    }

    int concurrency() {
        return concurrency;
    }

    /** Runs a tool that has these options, and returns its exit status: 2 with words for options that are wrong. */
    static int execute(Object tool, String... args) {
        return new CommandLine(tool)
                .setParameterExceptionHandler((e, arguments) -> {
                    System.err.println(e.getMessage() + "; --help tells what there is");
                    return CommandLine.ExitCode.USAGE;
                })
                .execute(args);
    }
}
