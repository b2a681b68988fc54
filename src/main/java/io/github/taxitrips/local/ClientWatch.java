package io.github.taxitrips.local;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** Tells whether the client of a request is still there, which servlets do not, by a look at Tomcat's connection. */
@Component
@ConditionalOnWebApplication
final class ClientWatch implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private static final String CONNECTION = ClientWatch.class.getName();

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(new ValveBase(true) {
            @Override
            public void invoke(Request request, Response response)
                    throws IOException, jakarta.servlet.ServletException {
                request.setAttribute(CONNECTION, request.getCoyoteRequest());
                getNext().invoke(request, response);
            }
        });
    }

    /**
     * Looks at the connection of a request whose body has been read.
     *
     * @throws ClientAbortException if the client has closed it
     */
    static void check(HttpServletRequest request) throws ClientAbortException {
        if (request.getAttribute(CONNECTION) instanceof org.apache.coyote.Request connection) {
            connection.action(ActionCode.AVAILABLE, true);
            // A read that fails counts as something to read.
            if (connection.getAvailable() > 0) {
                throw new ClientAbortException("The client has gone");
            }
        }
    }
}
