package io.github.taxitrips.local.producer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects that lie under a prefix of an S3 bucket, or files of a folder, which are read and never changed. */
abstract class Bucket implements Closeable {

    /** How the names of its objects begin. */
    static final String S3 = "s3://";

    /**
     * Returns the objects of a place.
     *
     * @param place {@code s3://bucket/prefix}, or a folder or a file
     * @param endpoint an endpoint that speaks S3, null for that of AWS
     * @throws IOException if there is no such folder
     */
    static Bucket of(String place, @Nullable URI endpoint) throws IOException {
        if (!place.startsWith(S3)) {
            return new Folder(Path.of(place));
        }
        String[] parts = place.substring(S3.length()).split("/", 2);
        S3ClientBuilder client = S3Client.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        if (endpoint != null) {
            client.endpointOverride(endpoint).forcePathStyle(true);
        }
        return new Prefix(client.build(), parts[0], parts.length == 1 ? "" : parts[1]);
    }

    /** Returns the names of all objects, in alphabetical order, which in the prefixes of AWS is that of time. */
    abstract List<String> names() throws IOException;

    /** Opens an object, buffered, and unpacked where it is gzip. */
    final InputStream open(String name) throws IOException {
        try {
            return RecordFiles.content(bytes(name));
        } catch (SdkException e) {
            throw new IOException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    abstract InputStream bytes(String name) throws IOException;

    @Override
    public void close() {}

    private static final class Folder extends Bucket {

        private final Path folder;

        Folder(Path folder) throws IOException {
            if (!Files.exists(folder)) {
                throw new IOException("There is no folder " + folder);
            }
            this.folder = folder;
        }

        @Override
        List<String> names() throws IOException {
            try (Stream<Path> files = Files.walk(folder)) {
                return files.filter(file -> Files.isRegularFile(file) && isVisible(folder.relativize(file)))
                        .map(Path::toString)
                        .sorted()
                        .toList();
            }
        }

        private static boolean isVisible(Path file) {
            for (Path part : file) {
                if (part.toString().startsWith(".")) {
                    return false;
                }
            }
            return true;
        }

        @Override
        InputStream bytes(String name) throws IOException {
            return Files.newInputStream(Path.of(name));
        }
    }

    private static final class Prefix extends Bucket {

        private final S3Client client;
        private final String bucket;
        private final String prefix;

        Prefix(S3Client client, String bucket, String prefix) {
            this.client = client;
            this.bucket = bucket;
            this.prefix = prefix;
        }

        @Override
        List<String> names() throws IOException {
            try {
                return client
                        .listObjectsV2Paginator(
                                request -> request.bucket(bucket).prefix(prefix))
                        .contents()
                        .stream()
                        .map(S3Object::key)
                        .filter(key -> !key.endsWith("/"))
                        .map(key -> S3 + bucket + "/" + key)
                        .toList();
            } catch (SdkException e) {
                throw new IOException(S3 + bucket + "/" + prefix + " cannot be listed: " + e.getMessage(), e);
            }
        }

        @Override
        InputStream bytes(String name) {
            String key = name.substring(S3.length() + bucket.length() + 1);
            return client.getObject(request -> request.bucket(bucket).key(key));
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
