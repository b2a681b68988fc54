package io.github.taxitrips.intake;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an event is that another service has passed: most misplaced triggers are those of a neighbour. The shapes are
 * the samples of the AWS Lambda Developer Guide, and of the Amazon Data Firehose Developer Guide, "Data transformation".
 */
final class OtherEvent {

    private static final String CONNECT =
            "; this function takes Kinesis events: connect it to a Kinesis data stream with an event source mapping";

    private static final Map<String, String> SOURCES = Map.of(
            "aws:sqs", "an event of an SQS queue",
            "aws:sns", "an event of an SNS topic",
            "aws:dynamodb", "an event of a DynamoDB stream",
            "aws:s3", "an event of an S3 bucket",
            "aws:kafka", "an event of a Kafka topic",
            "SelfManagedKafka", "an event of a Kafka topic",
            "aws:rmq", "an event of a RabbitMQ queue",
            "aws:mq", "an event of an ActiveMQ queue",
            "aws:ses", "an event of an SES inbox");

    /** A member that only this event has. */
    private record Sign(String member, String explanation) {}

    private static final List<Sign> SIGNS = List.of(
            new Sign(
                    "deliveryStreamArn",
                    "is an event of a Firehose data transformation; turn the transformation off, and connect this function"
                            + " to the Kinesis data stream with an event source mapping: it writes to Firehose itself"),
            new Sign(
                    "awslogs",
                    "is an event of CloudWatch Logs" + CONNECT
                            + ", and let the subscription filter write to that stream"),
            new Sign("detail-type", "is an event of EventBridge" + CONNECT),
            new Sign("bootstrapServers", "is an event of a Kafka topic" + CONNECT),
            new Sign("httpMethod", "is a request of API Gateway" + CONNECT),
            new Sign(
                    "KinesisBatchInfo",
                    "is what Lambda tells of a discarded batch, without its payload; pass the object that Lambda writes to"
                            + " an S3 bucket, which has it"),
            new Sign("requestContext", "is a request over HTTP" + CONNECT));

    private OtherEvent() {}

    /** What a record's {@code eventSource} names, with what to connect; null for Kinesis, or when nothing is known of it. */
    static @Nullable String ofSource(@Nullable String eventSource) {
        String what = eventSource == null ? null : SOURCES.get(eventSource);
        return what == null ? null : "is " + what + CONNECT;
    }

    /** What an event with these members is, with what to connect; null when that is not known. */
    static @Nullable String ofMembers(Set<String> members) {
        return SIGNS.stream()
                .filter(sign -> members.contains(sign.member))
                .map(Sign::explanation)
                .findFirst()
                .orElse(null);
    }
}
