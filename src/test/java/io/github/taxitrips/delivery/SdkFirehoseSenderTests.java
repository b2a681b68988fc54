package io.github.taxitrips.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.ArgumentCaptor;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
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
    private final SdkFirehoseSender sender = new SdkFirehoseSender(client, "trips");

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

    @Test
    void trustsTheEntriesRatherThanTheFailedCount() {
        when(client.putRecordBatch(any(PutRecordBatchRequest.class)))
                .thenReturn(PutRecordBatchResponse.builder()
                        .failedPutCount(0)
                        .requestResponses(taken(), failed("InternalFailure", "broken"))
                        .build());
        assertThat(send("a", "b")).containsOnlyKeys(1);
    }

    @Test
    void responseThatDoesNotMatchTheRequestFailsTheCall() {
        answer(taken());
        assertThatExceptionOfType(FirehoseCallException.class)
                .isThrownBy(() -> send("a", "b"))
                .withMessageContaining("1 entries for 2 records")
                .satisfies(e -> assertThat(e.isTransient()).isTrue());
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(service(503, "ServiceUnavailableException"), "ServiceUnavailableException", true, "later"),
                Arguments.of(service(500, "InternalFailure"), "InternalFailure", true, "later"),
                Arguments.of(service(502, null), "HTTP 502", true, "later"),
                Arguments.of(service(400, "ThrottlingException"), "ThrottlingException", true, "later"),
                Arguments.of(service(429, "Anything"), "Anything", true, "later"),
                Arguments.of(service(408, "RequestTimeout"), "RequestTimeout", true, "later"),
                Arguments.of(client(new SocketTimeoutException("slow")), "SocketTimeoutException", true, "later"),
                Arguments.of(
                        client(new java.net.ConnectException("Connection refused")), "ConnectException", true, "later"),
                Arguments.of(ApiCallTimeoutException.create(1), "ApiCallTimeoutException", true, "later"),
                Arguments.of(ApiCallAttemptTimeoutException.create(1), "ApiCallAttemptTimeoutException", true, "later"),
                Arguments.of(
                        service(400, "ResourceNotFoundException"),
                        "ResourceNotFoundException",
                        false,
                        "taxi-trips.delivery-stream-name"),
                Arguments.of(
                        service(400, "AccessDeniedException"),
                        "AccessDeniedException",
                        false,
                        "firehose:PutRecordBatch"),
                Arguments.of(service(400, "InvalidArgumentException"), "InvalidArgumentException", false, "Direct PUT"),
                Arguments.of(
                        service(403, "UnrecognizedClientException"),
                        "UnrecognizedClientException",
                        false,
                        "credentials"),
                Arguments.of(
                        SdkClientException.create("Unable to load credentials"),
                        "SdkClientException",
                        false,
                        "credentials"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void callFailures(SdkException failure, String code, boolean isTransient, String remedy) {
        when(client.putRecordBatch(any(PutRecordBatchRequest.class))).thenThrow(failure);
        assertThatExceptionOfType(FirehoseCallException.class)
                .isThrownBy(() -> send("a"))
                .withCause(failure)
                .withMessageContaining("delivery stream trips failed: " + code)
                .withMessageContaining(remedy)
                .satisfies(e -> {
                    assertThat(e.isTransient()).isEqualTo(isTransient);
                    assertThat(e.error().code()).isEqualTo(code);
                });
    }

    private Map<Integer, RecordError> send(String... records) {
        return sender.send(
                Stream.of(records).map(record -> record.getBytes(UTF_8)).toList());
    }

    private void answer(PutRecordBatchResponseEntry... entries) {
        when(client.putRecordBatch(any(PutRecordBatchRequest.class)))
                .thenReturn(PutRecordBatchResponse.builder()
                        .failedPutCount((int) Stream.of(entries)
                                .filter(entry -> entry.errorCode() != null)
                                .count())
                        .requestResponses(List.of(entries))
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

    private static SdkException service(int status, String code) {
        return FirehoseException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("explained")
                        .build())
                .build();
    }

    private static SdkException client(Exception cause) {
        return SdkClientException.create("Unable to execute HTTP request", cause);
    }
}
