package io.github.taxitrips.delivery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What an error of Firehose, or of the way to it, means: the one place that judges whether the same call may succeed later,
 * and that knows what a person can do.
 */
final class FirehoseErrors {

    /**
     * Codes of answers with status 400 after which the SDK's own retries, which are off, would send a call again: {@code
     * AwsErrorCode} of the AWS SDK for Java 2. A test compares them.
     */
    static final Set<String> RETRYABLE_CODES =
            Set.of("PriorRequestNotComplete", "RequestTimeout", "RequestTimeoutException", "InternalError");

    private static final Set<String> TIMEOUTS = Stream.of(
                    SocketTimeoutException.class, ApiCallTimeoutException.class, ApiCallAttemptTimeoutException.class)
            .map(Class::getSimpleName)
            .collect(Collectors.toSet());

    private FirehoseErrors() {}

    /** Returns the error that each record of a call which failed with this exception has. */
    static RecordError error(SdkException e) {
        if (e instanceof AwsServiceException service) {
            String code = service.awsErrorDetails() == null
                    ? null
                    : service.awsErrorDetails().errorCode();
            String name = code == null ? "HTTP " + service.statusCode() : code;
            String message = String.valueOf(service.getMessage());
            return service.isThrottlingException()
                    ? new RecordError(name, message, true)
                    : new RecordError(name, message);
        }
        String message = String.valueOf(e.getMessage());
        return isInterruption(e)
                ? new RecordError(RecordError.INTERRUPTED, message)
                : new RecordError(clientFailure(e).getClass().getSimpleName(), message);
    }

    /** Whether the same call may succeed later. */
    static boolean isTransient(SdkException e) {
        if (e instanceof AwsServiceException service) {
            RecordError error = error(e);
            return service.statusCode() >= 500
                    || service.statusCode() == 408
                    || service.isClockSkewException()
                    || error.isThrottled()
                    || RETRYABLE_CODES.contains(error.code());
        }
        return e instanceof ApiCallTimeoutException
                || e instanceof ApiCallAttemptTimeoutException
                || clientFailure(e) instanceof IOException;
    }

    /** Whether a call ran out of time, so that its records may have been taken. */
    static boolean isTimeout(RecordError error) {
        return TIMEOUTS.contains(error.code());
    }

    private static boolean isInterruption(SdkException e) {
        return e instanceof AbortedException || cause(e, InterruptedException.class) != null;
    }

    /** The input or output failure behind a client exception, if there is one. */
    private static Throwable clientFailure(SdkException e) {
        Throwable failure = cause(e, IOException.class);
        return failure == null ? e : failure;
    }

    private static @Nullable Throwable cause(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return cause;
            }
        }
        return null;
    }

    /**
     * Returns what a person can do about an error that goes on: a sentence, or several.
     *
     * @param setting the setting that names the delivery stream
     */
    static String remedy(RecordError error, String setting) {
        if (error.isThrottled()) {
            return "Raise the delivery stream's quota, send fewer or larger records (taxi-trips.packing.enabled), or lower"
                    + " taxi-trips.firehose.max-concurrent-calls.";
        }
        return switch (error.code()) {
            case "ResourceNotFoundException" ->
                "Check " + setting + ", the region and the account: there is no such delivery stream.";
            case "AccessDeniedException", "AccessDenied" ->
                error.message().contains("kms:")
                        ? "Allow the function's role kms:GenerateDataKey and kms:Decrypt on the customer key of the delivery stream, in the role and in the key's policy."
                        : "Allow the function's role firehose:PutRecordBatch on the delivery stream that " + setting
                                + " names.";
            case "InvalidKMSResourceException" ->
                "Check the customer key of the delivery stream: it must be enabled, Firehose's grant on it must stand, and the function's role needs kms:GenerateDataKey and kms:Decrypt on it.";
            case "InvalidSourceException" ->
                "The delivery stream takes records of CloudWatch Logs only; turn its decompression off, or name another one in "
                        + setting + ".";
            case "InvalidArgumentException", "ValidationException", "InvalidStreamTypeException" ->
                "Check that the delivery stream that " + setting
                        + " names takes Direct PUT records and has no Kinesis stream as its source.";
            case "ResourceInUseException", "ConcurrentModificationException" ->
                "Wait until the delivery stream is ACTIVE and its change is done.";
            case "LimitExceededException" -> "Raise the account's quota that the message names.";
            case "ExpiredTokenException", "ExpiredToken" -> "Renew the credentials of the process: their time is over.";
            case "UnrecognizedClientException",
                    "InvalidClientTokenId",
                    "InvalidSignatureException",
                    "SignatureDoesNotMatch",
                    "IncompleteSignature",
                    "MissingAuthenticationToken",
                    "MissingAuthenticationTokenException",
                    "AuthFailure" ->
                "Check the credentials of the process (AWS_ACCESS_KEY_ID, AWS_PROFILE, or the function's role) and that its clock is right.";
            case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture" ->
                "Set the clock of the machine: it differs from the service's.";
            case RecordError.INTERRUPTED -> "The process was told to stop; nothing is wrong with the delivery stream.";
            case RecordError.INCOMPLETE_RESPONSE ->
                "Records may have been taken all the same. Check what answers at the endpoint: it does not keep to the Firehose API.";
            default -> clientRemedy(error);
        };
    }

    /** Remedies for failures that have a class of the JDK or the SDK for a code. */
    private static String clientRemedy(RecordError error) {
        String code = error.code();
        if (code.equals(UnknownHostException.class.getSimpleName())) {
            return "Check the region and taxi-trips.firehose.endpoint, and in a VPC its DNS: the address has no host.";
        }
        if (code.equals(ConnectException.class.getSimpleName())
                || code.equals(NoRouteToHostException.class.getSimpleName())) {
            return "Check that taxi-trips.firehose.endpoint is right and listens, and in a VPC that there is a way to Firehose (an interface endpoint or a NAT gateway).";
        }
        if (code.startsWith("SSL")) {
            return "Check that taxi-trips.firehose.endpoint speaks TLS with a certificate that this JDK trusts.";
        }
        if (isTimeout(error)) {
            return "Firehose was slow, and may have taken the records: raise taxi-trips.firehose.attempt-timeout and call-timeout if this goes on.";
        }
        if (code.endsWith("IOException")
                || code.endsWith("SocketException")
                || code.endsWith("HttpResponseException")) {
            return "The connection broke; check the network to the endpoint if this goes on.";
        }
        if (error.message().contains("credentials")) {
            return "Give the process credentials: a role, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
        }
        return code.startsWith("Internal") || code.startsWith("HTTP 5")
                ? "A fault of the service; look at its health if this goes on."
                : "The Firehose API Reference, \"PutRecordBatch\", and its \"Common Errors\" explain the code.";
    }
}
