-- What Firehose bills for the trips that are there: alone in a record, and packed to 64 KB. $0.047 a GB in multiples of 5 KB;
-- a trip's size is that of its names (202 bytes) and, about, its values, as Parquet does not keep its JSON
SELECT trips,
       round(trips * 5120 / 1e9, 6) AS gb_alone,
       round(trips * 5120 / 1e9 * 0.047, 6) AS dollars_alone,
       round(ceil(bytes / 65536e0) * 66560 / 1e9, 6) AS gb_packed,
       round(ceil(bytes / 65536e0) * 66560 / 1e9 * 0.047, 6) AS dollars_packed
FROM (
  SELECT count(*) AS trips,
         coalesce(sum(202 + length(CAST(pickup_latitude AS varchar)) + length(CAST(pickup_longitude AS varchar))
           + length(CAST(dropoff_latitude AS varchar)) + length(CAST(dropoff_longitude AS varchar))
           + length(CAST(trip_id AS varchar)) + coalesce(length(CAST(trip_distance AS varchar)), 0)
           + coalesce(length(CAST(passenger_count AS varchar)), 0) + coalesce(length(CAST(pickup_datetime AS varchar)), 0)
           + coalesce(length(CAST(dropoff_datetime AS varchar)), 0) + coalesce(length(CAST(total_amount AS varchar)), 0)), 0) AS bytes
  FROM nyctaxitrips
) AS sizes
