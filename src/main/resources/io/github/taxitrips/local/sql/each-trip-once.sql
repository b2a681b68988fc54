-- Trips and fares by the hour, each trip counted once
SELECT year, month, day, hour, count(*) AS trips, round(sum(total_amount), 2) AS total_amount
FROM nyctaxitrips_once
GROUP BY year, month, day, hour
ORDER BY year, month, day, hour
