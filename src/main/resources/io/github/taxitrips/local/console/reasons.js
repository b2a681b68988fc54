// What each reason means, and what a person does about it. docs/guarantees.md has them at length.

const WORDS = {
  empty: ['no byte, or nothing but white space', 'See why the producer sends it; nothing is lost by dropping it.'],
  too_large: ['more than Firehose takes as one record, or a value over its maximum', 'Split the record at the producer, or mend the value.'],
  not_json: ['not JSON text in UTF-8', 'Mend the producer’s writer; the place is marked.'],
  compressed: ['compressed with gzip, zlib or zstd', 'Turn compression off at the producer.'],
  bad_aggregate: ['marked as aggregated, but damaged', 'Compare the producer’s KPL version; the checksum does not hold.'],
  not_an_object: ['JSON, but no object', 'A record has to be an object with the table’s members.'],
  wrong_type: ['the member “type” is another', 'Watermarks of the lab’s producer are like this: expected, nothing to mend.'],
  wrong_value: ['a value that it may not have', 'Mend the value, or the table’s rule.'],
  missing: ['a member that must be there is absent or null', 'Have the producer send it, or make it optional in taxi-trips.table.'],
  not_a_number: ['no number where one must be', 'Send it without quotes.'],
  zero: ['zero where a place must be', 'A coordinate of zero is a receiver without a fix: drop the trip, or mend it.'],
  too_small: ['less than its minimum', 'Mend the value, or the table’s rule.'],
  not_a_scalar: ['an object or array where text must be', 'Send the text itself.'],
  no_match: ['text that does not match its pattern', 'Mend the value, or the table’s pattern.'],
  too_long: ['text that is too long', 'Shorten it, or raise the table’s limit.'],
  too_early: ['a time before one that it must follow', 'Compare the clocks of the meter.'],
  misfit: ['a value that does not fit its column’s type', 'Mend the value, or widen the column.'],
  duplicate_key: ['a key that stands more than once', 'Have the producer write it once.'],
  too_deep: ['nested more than 100 deep', 'Flatten the record.'],
};

/** Returns what a reason, with or without its member, means. */
export function meaning(reason) {
  return WORDS[reason.split(':')[0]]?.[0] ?? '';
}

/** Returns what to do about it. */
export function remedy(reason) {
  return WORDS[reason.split(':')[0]]?.[1] ?? '';
}

export function reasons() {
  return Object.keys(WORDS);
}
