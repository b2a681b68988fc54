package io.github.taxitrips.local.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.servlet.HandlerInterceptor;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets nobody change anything but who has the token, which only a page from here, or a program on this machine, can read; and
 * tells browsers to load nothing from elsewhere. A request with another page's {@code Origin} is refused before, by the local
 * run's doorkeeper.
 */
final class ConsoleGuard implements HandlerInterceptor {

    /** The header that has the token. */
    static final String HEADER = "X-Console-Token";

    /** No inline script or style, nothing from outside, no frame around it. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final int TOKEN_BYTES = 24;

    private final JsonMapper json;
    private final String token;

    ConsoleGuard(JsonMapper json) {
        this.json = json;
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        this.token = HexFormat.of().formatHex(random);
    }

    /** The token, another one with each start. */
    String token() {
        return token;
    }

    /** Tells the browser what the page may do. */
    static void restrain(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        restrain(response);
        if (HttpMethod.GET.matches(request.getMethod()) || HttpMethod.HEAD.matches(request.getMethod())) {
            return true;
        }
        String given = request.getHeader(HEADER);
        if (given != null
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.UTF_8))) {
            return true;
        }
        response.setStatus(HttpStatus.FORBIDDEN.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        json.writeValue(
                response.getOutputStream(),
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.FORBIDDEN,
                        "The header " + HEADER + " must have the token that GET /console/api/about tells; it is another"
                                + " one with each start of the server."));
        return false;
    }
}
