-- Trips that were delivered more than once, as they may be
SELECT trip_id, count(*) AS copies
FROM nyctaxitrips
GROUP BY trip_id
HAVING count(*) > 1
ORDER BY copies DESC, trip_id
LIMIT 100
