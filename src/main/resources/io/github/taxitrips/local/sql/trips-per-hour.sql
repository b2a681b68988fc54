-- Trips and fares by the hour in which they were delivered
SELECT year, month, day, hour, count(*) AS trips, round(sum(total_amount), 2) AS total_amount
FROM nyctaxitrips
GROUP BY year, month, day, hour
ORDER BY year, month, day, hour
