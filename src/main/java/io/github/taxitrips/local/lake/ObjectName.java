package io.github.taxitrips.local.lake;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.UUID;

/**
 * The name that a file has from the first record of its buffer on, {@code <delivery stream>-1-yyyy-MM-dd-HH-mm-ss-<uuid>}:
 * Amazon Data Firehose Developer Guide, "Configure Amazon S3 object name format". As the buffer has it too, a delivery
 * that is made twice makes one file.
 *
 * @param name the name, without an extension
 * @param oldest arrival of the oldest record, in whole seconds
 */
record ObjectName(String name, Instant oldest) {

    // uuuu is the calendar year; YYYY would be the week-based one.
    private static final DateTimeFormatter FOLDER = utc("'year='uuuu'/month='MM'/day='dd'/hour='HH");
    private static final DateTimeFormatter ARRIVAL = utc("uuuu-MM-dd-HH-mm-ss");

    private static final String VERSION = "-1-";
    private static final int ARRIVAL_LENGTH = 19;
    private static final int UUID_LENGTH = 36;

    static ObjectName of(String deliveryStream, Instant oldest) {
        return parse(deliveryStream + VERSION + ARRIVAL.format(oldest) + "-" + UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if it is no such name */
    static ObjectName parse(String name) {
        int start = name.length() - UUID_LENGTH - 1 - ARRIVAL_LENGTH;
        if (start > VERSION.length() && name.startsWith(VERSION, start - VERSION.length())) {
            try {
                return new ObjectName(
                        name, ARRIVAL.parse(name.substring(start, start + ARRIVAL_LENGTH), Instant::from));
            } catch (DateTimeParseException e) {
                // told below
            }
        }
        throw new IllegalArgumentException(name + " is no name of a file of a delivery stream");
    }

    /** Returns a new name for the same stream and time. */
    ObjectName renewed() {
        return new ObjectName(name.substring(0, name.length() - UUID_LENGTH) + UUID.randomUUID(), oldest);
    }

    /** The folders of its hour, {@code year=yyyy/month=MM/day=dd/hour=HH}. */
    String hour() {
        return FOLDER.format(oldest);
    }

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
