-- Which records were set aside, and why
SELECT reason, field, sum(coalesce(rejected, 1)) AS records, max(arrival_time) AS last_arrival
FROM rejected_trips
GROUP BY reason, field
ORDER BY records DESC, reason, field
