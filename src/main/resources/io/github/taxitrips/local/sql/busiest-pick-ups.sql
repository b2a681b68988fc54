-- Where most trips begin, on a grid of 0.002 degrees (some 200 m)
SELECT round(round(pickup_latitude * 500) / 500, 3) AS latitude,
       round(round(pickup_longitude * 500) / 500, 3) AS longitude,
       count(*) AS trips
FROM nyctaxitrips
GROUP BY 1, 2
ORDER BY trips DESC, latitude, longitude
LIMIT 20
