package io.github.taxitrips.telemetry;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.DeliveryOutcome;
import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.delivery.Invocation;
import io.github.taxitrips.delivery.InvocationReport;
import io.github.taxitrips.delivery.RecordError;
import io.github.taxitrips.delivery.Traffic;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.UserRecord;
import io.github.taxitrips.local.KinesisEventWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/** The lines of an invocation in the format that the deployed function has, for what counts on their members. */
public final class LoggedInvocation {

    private static final Instant ARRIVAL = Instant.parse("2026-11-29T10:00:00Z");

    private LoggedInvocation() {}

    /**
     * Logs an invocation in which Firehose took one trip, of two, and not the line for a rejected record.
     *
     * @param rejected rejected records by reason
     * @return the line with the counts, and those about what was not delivered
     */
    public static List<String> lines(Map<String, Integer> rejected) {
        KinesisEvent event = new KinesisEventReader()
                .read(new KinesisEventWriter(ARRIVAL).event(List.of(new byte[] {1}, new byte[] {2})));
        int unclean = rejected.values().stream().mapToInt(Integer::intValue).sum();
        Failure failure = new Failure(
                new Document(new UserRecord(event.getRecords().get(1), 0, new byte[0]), "1000005", new byte[0]),
                new RecordError("ServiceUnavailableException", "Slow down."));
        DeliveryOutcome outcome = new DeliveryOutcome(End.EXHAUSTED, List.of(), List.of(failure), Traffic.NONE, null);
        return lines(new Invocation(
                event,
                new Invocation.Request(
                        "8f507cfc-xmpl-4697-b07a-ac58fc914c95",
                        "taxi-trips-TaxiTripsFunction-1a2B3c4D5e6F",
                        "12",
                        "Root=1-5fa12e44-0a1b2c3d4e5f60718293a4b5;Parent=3d4e5f60718293a4;Sampled=0"),
                new Intake.Batch(2 + unclean, 0, List.of(), List.of(), rejected),
                outcome,
                rejected.isEmpty() ? DeliveryOutcome.NOTHING : outcome,
                true,
                new InvocationReport(2 + unclean, 0, 0, 1, 1, rejected, 0, 1, 3, 3, 4, 1, 65_400, 66_560),
                ARRIVAL.plusSeconds(40),
                Duration.ofMillis(142),
                false));
    }

    private static List<String> lines(Invocation invocation) {
        Logger logger = (Logger) LoggerFactory.getLogger("io.github.taxitrips.telemetry");
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        logger.addAppender(events);
        try {
            new InvocationLog("nyc-taxi-trips", "nyc-taxi-trips-rejected", "TaxiTrips", 0).ended(invocation);
        } finally {
            logger.detachAppender(events);
        }
        LoggerContext context = new LoggerContext();
        context.putObject(Environment.class.getName(), new StandardEnvironment());
        StructuredLogEncoder encoder = new StructuredLogEncoder();
        encoder.setContext(context);
        encoder.setFormat("logstash");
        encoder.start();
        return events.list.stream()
                .map(line -> new String(encoder.encode(line), StandardCharsets.UTF_8).strip())
                .toList();
    }
}
