package io.github.taxitrips.local;

import io.github.taxitrips.local.sql.Cell;
import io.github.taxitrips.local.sql.Column;
import io.github.taxitrips.local.sql.CsvRows;
import io.github.taxitrips.local.sql.Hours;
import io.github.taxitrips.local.sql.JsonRows;
import io.github.taxitrips.local.sql.RefusedException;
import io.github.taxitrips.local.sql.RefusedException.Place;
import io.github.taxitrips.local.sql.Rows;
import io.github.taxitrips.local.sql.Sql;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the lake: {@code POST /sql} with the statement as {@code text/plain}, and {@code year}, {@code month}, {@code day} and
 * {@code hour} as parameters for a part of the lake. Answers JSON as {@link JsonRows} has it, or {@code text/csv} as {@link
 * CsvRows}, as rows come; the trailer {@code Taxi-Trips-Truncated} says whether rows were left out.
 *
 * <p>Refusals are problem details with {@code reason}, {@code remedy} and, where it is known, {@code line} and {@code column}:
 * 400 for a statement that is wrong or none that only reads, 403 for one that asks for something else, 413 for one that is too
 * long, 422 for one that takes too much time or memory, 503 while too many run. Once rows are under way a refusal is the member
 * {@code error} of the JSON, and CSV ends in the middle.
 */
@RestController
@ConditionalOnWebApplication
final class SqlController {

    private static final int MAX_BYTES = 64 * 1_024;
    private static final String TRUNCATED = "Taxi-Trips-Truncated";
    private static final MediaType CSV = new MediaType("text", "csv", StandardCharsets.UTF_8);

    private final ObjectProvider<Sql> sql;
    private final JsonMapper json;

    SqlController(ObjectProvider<Sql> sql, JsonMapper json) {
        this.sql = sql;
        this.json = json;
    }

    @PostMapping(path = "/sql", consumes = MediaType.TEXT_PLAIN_VALUE)
    void query(@RequestParam Map<String, String> parameters, HttpServletRequest request, HttpServletResponse response)
            throws IOException, RefusedException, HttpMediaTypeNotAcceptableException {
        boolean csv = wantsCsv(request);
        Sql lake = sql.getIfAvailable();
        if (lake == null) {
            throw problem(
                    HttpStatus.NOT_FOUND, "There is no lake here: trips are delivered elsewhere. Ask them there.");
        }
        Hours hours;
        try {
            hours = new Hours(parameters);
        } catch (IllegalArgumentException e) {
            throw problem(HttpStatus.BAD_REQUEST, e.getMessage() + ".");
        }
        String statement = statement(request);
        boolean[] truncated = {false};
        if (!request.getProtocol().equals("HTTP/1.0")) {
            response.setHeader(HttpHeaders.TRAILER, TRUNCATED);
            response.setTrailerFields(() -> Map.of(TRUNCATED, String.valueOf(truncated[0])));
        }
        response.setContentType(csv ? CSV.toString() : MediaType.APPLICATION_JSON_VALUE);
        if (csv) {
            BufferedWriter out =
                    new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8));
            try {
                truncated[0] = lake.query(statement, hours, new Watched(new CsvRows(out), request));
            } catch (RefusedException e) {
                if (response.isCommitted()) {
                    // A client sees that the answer has no end.
                    throw new IOException(e.explanation(), e);
                }
                response.reset();
                throw e;
            }
            out.flush();
        } else {
            JsonRows rows = new JsonRows(json, response.getOutputStream());
            try {
                truncated[0] = lake.query(statement, hours, new Watched(rows, request));
            } catch (RefusedException e) {
                if (!response.isCommitted()) {
                    response.reset();
                    throw e;
                }
                rows.end(false, refused(e));
                return;
            }
            rows.end(truncated[0], null);
        }
    }

    private static boolean wantsCsv(HttpServletRequest request) throws HttpMediaTypeNotAcceptableException {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept == null) {
            return false;
        }
        List<MediaType> accepted = MediaType.parseMediaTypes(accept);
        MimeTypeUtils.sortBySpecificity(accepted);
        for (MediaType type : accepted) {
            if (type.includes(MediaType.APPLICATION_JSON)) {
                return false;
            }
            if (type.includes(new MediaType("text", "csv"))) {
                return true;
            }
        }
        throw new HttpMediaTypeNotAcceptableException(List.of(MediaType.APPLICATION_JSON, CSV));
    }

    private static String statement(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            throw problem(HttpStatus.CONTENT_TOO_LARGE, "The statement is longer than " + MAX_BYTES + " bytes.");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw problem(HttpStatus.BAD_REQUEST, "The statement is not UTF-8.");
        }
    }

    private static ErrorResponseException problem(HttpStatus status, String detail) {
        return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }

    /** An {@code Accept} that is none, or has too many, by which no answer could be chosen. */
    @ExceptionHandler({InvalidMediaTypeException.class, InvalidMimeTypeException.class})
    ResponseEntity<ProblemDetail> refused(IllegalArgumentException e) {
        return ResponseEntity.status(HttpStatus.NOT_ACCEPTABLE)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemDetail.forStatusAndDetail(
                        HttpStatus.NOT_ACCEPTABLE,
                        "Accept must be " + MediaType.APPLICATION_JSON + " or text/csv: " + e.getMessage() + "."));
    }

    @ExceptionHandler
    ProblemDetail refused(RefusedException e) {
        HttpStatus status =
                switch (e.reason()) {
                    case NOT_A_QUERY, WRONG -> HttpStatus.BAD_REQUEST;
                    case FORBIDDEN -> HttpStatus.FORBIDDEN;
                    case TIME, MEMORY -> HttpStatus.UNPROCESSABLE_CONTENT;
                    case BUSY -> HttpStatus.SERVICE_UNAVAILABLE;
                    case BROKEN -> HttpStatus.INTERNAL_SERVER_ERROR;
                };
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, e.getMessage());
        problem.setTitle("The statement was refused");
        problem.setProperty("reason", e.reason().name().toLowerCase(java.util.Locale.ROOT));
        problem.setProperty("remedy", e.reason().remedy());
        Place place = e.place();
        if (place != null) {
            problem.setProperty("line", place.line());
            if (place.column() > 0) {
                problem.setProperty("column", place.column());
            }
        }
        return problem;
    }

    /** Passes an answer on, and notices when the client goes away. */
    private record Watched(Rows rows, HttpServletRequest request) implements Rows {

        @Override
        public void columns(List<Column> columns) throws IOException {
            rows.columns(columns);
        }

        @Override
        public void row(List<Cell> cells) throws IOException {
            rows.row(cells);
        }

        @Override
        public void waiting() throws IOException {
            ClientWatch.check(request);
        }
    }
}
