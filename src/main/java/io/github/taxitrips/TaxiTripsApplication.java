package io.github.taxitrips;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class TaxiTripsApplication {
    public static void main(String[] args) {
        SpringApplication.run(TaxiTripsApplication.class, args);
    }
}
