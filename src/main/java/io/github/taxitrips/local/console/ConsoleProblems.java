package io.github.taxitrips.local.console;

import io.github.taxitrips.intake.InvalidEventException;
import java.util.NoSuchElementException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What the console's API answers where it cannot do what it is asked for: problem details, as {@code docs/console.md} has them. */
@Order(Ordered.HIGHEST_PRECEDENCE) // before Spring's own words for what cannot be read
@RestControllerAdvice(basePackageClasses = ConsoleProblems.class)
final class ConsoleProblems {

    /** Returns a problem to be thrown. */
    static ErrorResponseException problem(HttpStatus status, String detail) {
        return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }

    @ExceptionHandler
    ProblemDetail wrong(IllegalArgumentException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage() + ".");
    }

    @ExceptionHandler
    ProblemDetail notThere(NoSuchElementException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, e.getMessage() + ".");
    }

    @ExceptionHandler
    ProblemDetail underWay(IllegalStateException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, e.getMessage() + ".");
    }

    @ExceptionHandler
    ProblemDetail invalid(InvalidEventException e) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage());
        problem.setProperty("where", e.where());
        return problem;
    }
}
