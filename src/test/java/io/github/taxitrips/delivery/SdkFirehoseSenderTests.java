package io.github.taxitrips.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.ArgumentCaptor;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.internal.AwsErrorCode;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.FirehoseException;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;

class SdkFirehoseSenderTests {

    private final FirehoseClient client = mock(FirehoseClient.class);
    private final SdkFirehoseSender sender = new SdkFirehoseSender(client, "trips", "the.setting");

    @Test
    void sendsTheBytesAsTheyAre() {
        answer(taken(), taken());
        assertThat(send("a\n", "é\n")).isEmpty();
        ArgumentCaptor<PutRecordBatchRequest> sent = ArgumentCaptor.forClass(PutRecordBatchRequest.class);
        verify(client).putRecordBatch(sent.capture());
        PutRecordBatchRequest request = sent.getValue();
        assertThat(request.deliveryStreamName()).isEqualTo("trips");
        assertThat(request.records())
                .extracting(record -> record.data().asUtf8String())
                .containsExactly("a\n", "é\n");
    }

    @Test
    void matchesErrorsByPosition() {
        answer(taken(), failed("ServiceUnavailableException", "Slow down."), taken(), failed("InternalFailure", null));
        assertThat(send("a", "b", "c", "d"))
                .isEqualTo(Map.of(
                        1, new RecordError("ServiceUnavailableException", "Slow down."),
                        3, new RecordError("InternalFailure", "null")));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 2, the response has 1 entries for 2 records",
        "3, 1, 'the response counts 3 failures, and 0 of its entries failed'"
    })
    void responseThatDoesNotAddUpFailsTheCall(int failedCount, int records, String problem) {
        answer(failedCount, List.of(taken()));
        assertThatExceptionOfType(FirehoseCallException.class)
                .isThrownBy(() -> send(Collections.nCopies(records, "a").toArray(String[]::new)))
                .withMessageContaining("IncompleteResponse: " + problem)
                .satisfies(e -> assertThat(e.isTransient()).isTrue());
    }

    /** Answers with status 200 to three records, and which of them count as taken. */
    static Stream<Arguments> inconsistentAnswers() {
        PutRecordBatchResponseEntry nothing =
                PutRecordBatchResponseEntry.builder().build();
        PutRecordBatchResponseEntry wordsOnly =
                PutRecordBatchResponseEntry.builder().errorMessage("Slow down.").build();
        PutRecordBatchResponseEntry both = PutRecordBatchResponseEntry.builder()
                .recordId("id")
                .errorCode("InternalFailure")
                .build();
        PutRecordBatchResponseEntry idAndWords =
                taken().toBuilder().errorMessage("broken").build();
        return Stream.of(
                Arguments.of(1, List.of(nothing, taken(), taken()), Set.of(0)),
                Arguments.of(1, List.of(wordsOnly, taken(), taken()), Set.of(0)),
                Arguments.of(0, List.of(taken(), both, idAndWords), Set.of(1, 2)),
                Arguments.of(3, List.of(nothing, nothing, nothing), Set.of(0, 1, 2)),
                Arguments.of(null, List.of(taken(), nothing, taken()), Set.of(1)));
    }

    @ParameterizedTest
    @MethodSource("inconsistentAnswers")
    void takenIsWhatHasARecordIdAndNoError(
            @Nullable Integer failedCount, List<PutRecordBatchResponseEntry> entries, Set<Integer> failed) {
        answer(failedCount, entries);
        assertThat(send("a", "b", "c")).containsOnlyKeys(failed);
    }

    @Test
    void timeoutGoesIntoTheCall() {
        answer(failed("InternalFailure", "?"));
        assertThat(sender.send(List.of(new byte[] {1}), Duration.ofMillis(321)))
                .isEqualTo(Map.of(0, new RecordError("InternalFailure", "?")));
        ArgumentCaptor<PutRecordBatchRequest> sent = ArgumentCaptor.forClass(PutRecordBatchRequest.class);
        verify(client).putRecordBatch(sent.capture());
        assertThat(sent.getValue().overrideConfiguration().orElseThrow().apiCallTimeout())
                .contains(Duration.ofMillis(321));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(service(503, "ServiceUnavailableException"), true, "quota"),
                Arguments.of(service(503, null), true, "quota"),
                Arguments.of(service(500, "InternalFailure"), true, "health"),
                Arguments.of(service(502, null), true, "health"),
                Arguments.of(service(400, "ThrottlingException"), true, "quota"),
                Arguments.of(service(400, "ProvisionedThroughputExceeded"), true, "quota"),
                Arguments.of(service(400, "ProvisionedThroughputExceededException"), true, "quota"),
                Arguments.of(service(400, "RequestThrottled"), true, "quota"),
                Arguments.of(service(400, "BandwidthLimitExceeded"), true, "quota"),
                Arguments.of(service(429, "Anything"), true, "quota"),
                Arguments.of(service(408, "RequestTimeout"), true, "Common Errors"),
                Arguments.of(service(400, "RequestTimeout"), true, "Common Errors"),
                Arguments.of(service(400, "RequestTimeoutException"), true, "Common Errors"),
                Arguments.of(service(400, "PriorRequestNotComplete"), true, "Common Errors"),
                Arguments.of(service(400, "InternalError"), true, "health"),
                Arguments.of(service(403, "RequestTimeTooSkewed"), true, "clock"),
                Arguments.of(client(new SocketTimeoutException("slow")), true, "attempt-timeout"),
                Arguments.of(client(new ConnectException("Connection refused")), true, "taxi-trips.firehose.endpoint"),
                Arguments.of(client(new UnknownHostException("firehose.nowhere")), true, "region"),
                Arguments.of(client(new SocketException("Connection reset")), true, "connection broke"),
                Arguments.of(client(new SSLHandshakeException("no trust")), true, "certificate"),
                Arguments.of(ApiCallTimeoutException.create(1), true, "call-timeout"),
                Arguments.of(ApiCallAttemptTimeoutException.create(1), true, "attempt-timeout"),
                Arguments.of(service(400, "ResourceNotFoundException"), false, "the.setting"),
                Arguments.of(service(400, "AccessDeniedException"), false, "firehose:PutRecordBatch"),
                Arguments.of(
                        service(400, "AccessDeniedException", "not authorized to perform: kms:GenerateDataKey on"),
                        false,
                        "kms:GenerateDataKey and kms:Decrypt"),
                Arguments.of(service(400, "InvalidKMSResourceException"), false, "customer key"),
                Arguments.of(service(400, "InvalidSourceException"), false, "CloudWatch Logs"),
                Arguments.of(service(400, "InvalidArgumentException"), false, "Direct PUT"),
                Arguments.of(service(400, "ExpiredTokenException"), false, "Renew the credentials"),
                Arguments.of(service(403, "UnrecognizedClientException"), false, "Check the credentials"),
                Arguments.of(SdkClientException.create("Unable to load credentials"), false, "AWS_PROFILE"));
    }

    @Test
    void interruptIsNoRefusalOfTheService() {
        for (SdkException interrupt :
                List.of(AbortedException.create("aborted"), client(new InterruptedException("stopped")))) {
            assertThat(FirehoseErrors.error(interrupt).code()).isEqualTo("Interrupted");
        }
    }

    @Test
    void everyExceptionOfTheServicesModelHasARemedyOfItsOwn() {
        List<Class<?>> exceptions = new ClassFileImporter()
                .importPackagesOf(FirehoseException.class).stream()
                        .filter(type -> type.isAssignableTo(FirehoseException.class) && !type.isInterface())
                        .map(JavaClass::reflect)
                        .filter(type -> type != FirehoseException.class)
                        .collect(Collectors.toList());
        assertThat(exceptions).hasSizeGreaterThanOrEqualTo(8);
        for (Class<?> exception : exceptions) {
            String code = exception.getSimpleName().replace("Kms", "KMS");
            assertThat(FirehoseErrors.remedy(new RecordError(code, "explained"), "the.setting"))
                    .as(code)
                    .isNotEqualTo(FirehoseErrors.remedy(new RecordError("Unheard", "of"), "the.setting"));
        }
    }

    @Test
    void whatTheSdkWouldRetryIsWorthARetry() {
        assertThat(FirehoseErrors.RETRYABLE_CODES).isEqualTo(AwsErrorCode.RETRYABLE_ERROR_CODES);
        assertThat(AwsErrorCode.THROTTLING_ERROR_CODES)
                .allMatch(code -> new RecordError(code, "explained").isThrottled());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void callFailures(SdkException failure, boolean isTransient, String remedy) {
        when(client.putRecordBatch(any(PutRecordBatchRequest.class))).thenThrow(failure);
        assertThatExceptionOfType(FirehoseCallException.class)
                .isThrownBy(() -> send("a"))
                .withCause(failure)
                .withMessageContaining("delivery stream trips failed: ")
                .withMessageContaining(remedy)
                .satisfies(e -> assertThat(e.isTransient()).isEqualTo(isTransient));
    }

    private Map<Integer, RecordError> send(String... records) {
        return sender.send(
                Stream.of(records).map(record -> record.getBytes(UTF_8)).toList());
    }

    private void answer(PutRecordBatchResponseEntry... entries) {
        answer(
                (int) Stream.of(entries)
                        .filter(entry -> entry.errorCode() != null)
                        .count(),
                List.of(entries));
    }

    private void answer(@Nullable Integer failedCount, List<PutRecordBatchResponseEntry> entries) {
        when(client.putRecordBatch(any(PutRecordBatchRequest.class)))
                .thenReturn(PutRecordBatchResponse.builder()
                        .failedPutCount(failedCount)
                        .requestResponses(entries)
                        .build());
    }

    private static PutRecordBatchResponseEntry taken() {
        return PutRecordBatchResponseEntry.builder().recordId("id").build();
    }

    private static PutRecordBatchResponseEntry failed(String code, String message) {
        return PutRecordBatchResponseEntry.builder()
                .errorCode(code)
                .errorMessage(message)
                .build();
    }

    private static SdkException service(int status, @Nullable String code) {
        return service(status, code, "explained");
    }

    private static SdkException service(int status, @Nullable String code, String explanation) {
        return FirehoseException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(explanation)
                        .build())
                .build();
    }

    private static SdkException client(Exception cause) {
        return SdkClientException.create("Unable to execute HTTP request", cause);
    }
}
