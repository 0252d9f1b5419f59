select count(*) as cars from cars
