package io.github.taxitrips.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Answers every call as Firehose does that took its one record, and sends nothing. */
final class MemoryHttpClient implements SdkHttpClient {

    private static final String ANSWER = "{\"FailedPutCount\":0,\"RequestResponses\":[{\"RecordId\":\"1\"}]}";

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                try (InputStream body =
                        request.contentStreamProvider().orElseThrow().newStream()) {
                    body.readAllBytes();
                }
                return HttpExecuteResponse.builder()
                        .response(SdkHttpResponse.builder().statusCode(200).build())
                        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(ANSWER.getBytes(UTF_8))))
                        .build();
            }

            @Override
            public void abort() {
                // Nothing is under way between calls.
            }
        };
    }

    @Override
    public String clientName() {
        return "memory";
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
