package io.github.taxitrips.intake;

/**
 * What was set aside: a record, or a Kinesis record for the many in it that were.
 *
 * @param record the record
 * @param rejection why; where it stands for several, why the first one was
 * @param count how many records it stands for, 1 or more
 */
public record RejectedRecord(UserRecord record, Rejection rejection, int count) {}
