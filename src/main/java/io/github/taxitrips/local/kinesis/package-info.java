/** Amazon Kinesis Data Streams on the desk: streams whose records, and their readers' positions, outlive the process. */
@NullMarked
package io.github.taxitrips.local.kinesis;

import org.jspecify.annotations.NullMarked;
