-- What a trip costs by passengers and distance, in steps of two miles
SELECT passenger_count,
       CAST(floor(trip_distance / 2) * 2 AS integer) AS miles_from,
       count(*) AS trips,
       round(avg(total_amount), 2) AS average_amount,
       round(min(total_amount), 2) AS lowest,
       round(max(total_amount), 2) AS highest
FROM nyctaxitrips
GROUP BY 1, 2
ORDER BY passenger_count, miles_from
