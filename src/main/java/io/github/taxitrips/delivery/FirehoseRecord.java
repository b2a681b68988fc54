package io.github.taxitrips.delivery;

import io.github.taxitrips.intake.Document;
import java.util.List;

/**
 * A record as Firehose gets it.
 *
 * @param documents the documents it carries, at least one
 * @param data their bytes in order, each ending in a newline
 */
@SuppressWarnings("ArrayRecordComponent") // records are told apart by identity; their data is never compared
record FirehoseRecord(List<Document> documents, byte[] data) {}
