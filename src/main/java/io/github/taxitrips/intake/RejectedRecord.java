package io.github.taxitrips.intake;

/**
 * A record that was set aside.
 *
 * @param record the record
 * @param rejection why
 */
public record RejectedRecord(UserRecord record, Rejection rejection) {}
