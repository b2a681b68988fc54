-- Run this once; the view shows each trip once, as it was delivered first. The statement beside it then runs on Athena, too
CREATE OR REPLACE VIEW nyctaxitrips_once AS
SELECT pickup_latitude, pickup_longitude, dropoff_latitude, dropoff_longitude, trip_id, trip_distance, passenger_count,
       pickup_datetime, dropoff_datetime, total_amount, year, month, day, hour
FROM (
  SELECT *, row_number() OVER (PARTITION BY trip_id ORDER BY year, month, day, hour) AS copy
  FROM nyctaxitrips
)
WHERE copy = 1
