package io.github.taxitrips.local.aws;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A service behind the {@link AwsEndpoint}. Its operations are called by several threads at once. */
public interface AwsService {

    /** Its short name, such as {@code firehose}. */
    String name();

    /** What the header X-Amz-Target of its calls begins with, such as {@code Firehose_20150804.} */
    String targetPrefix();

    /** The operations that it knows. */
    List<String> operations();

    /** Bytes of the largest body that it reads; a valid call, in base64, has room in it. */
    int maxBody();

    /** Whether an operation moves records, so that faults and latency befall it. */
    boolean movesRecords(String operation);

    /**
     * Answers a call of one of its operations.
     *
     * @throws ServiceError if the call is refused
     */
    ObjectNode answer(AwsCall call);

    /** Hears of a call of an operation, before it is looked at. */
    default void callReceived(String operation) {}

    /** Hears that a call failed as a whole. */
    default void callFailed(String operation) {}
}
