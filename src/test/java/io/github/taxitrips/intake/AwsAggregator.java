package io.github.taxitrips.intake;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * AWS's own writer and message classes of the aggregated format, kept apart from the protobuf that the service uses by a
 * class loader of their own.
 */
public final class AwsAggregator {

    private static final ClassLoader LOADER = new URLClassLoader(
            new URL[] {
                jarOf("com/amazonaws/kinesis/agg/AggRecord.class"),
                jarOf("com/amazonaws/services/kinesis/clientlibrary/types/Messages.class"),
                // Only the full protobuf has this class, the lite one that the service uses does not.
                jarOf("com/google/protobuf/GeneratedMessage.class"),
                jarOf("org/apache/commons/lang/StringUtils.class")
            },
            ClassLoader.getPlatformClassLoader());

    private static final Class<?> WRITER = load("com.amazonaws.kinesis.agg.AggRecord");
    private static final Class<?> MESSAGE =
            load("com.amazonaws.services.kinesis.clientlibrary.types.Messages$AggregatedRecord");

    // Not by reflection: that would load every type of every method, and SDK 1 with it.
    private static final MethodHandle ADD = method(
            WRITER, "addUserRecord", MethodType.methodType(boolean.class, String.class, String.class, byte[].class));
    private static final MethodHandle TO_BYTES = method(WRITER, "toRecordBytes", MethodType.methodType(byte[].class));

    private final Object writer;

    public AwsAggregator() {
        try {
            writer = WRITER.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds a user record; false when the aggregated record of 1 MiB has no room for it. */
    public boolean add(String partitionKey, @Nullable String explicitHashKey, byte[] data) {
        try {
            return (boolean) ADD.invoke(writer, partitionKey, explicitHashKey, data);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] toBytes() {
        try {
            return (byte[]) TO_BYTES.invoke(writer);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A user record as AWS's generated classes read it. The indices are unsigned. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    public record Parsed(long partitionKeyIndex, boolean hasExplicitHashKey, long explicitHashKeyIndex, byte[] data) {}

    /**
     * The message as AWS's generated classes read it.
     *
     * @param partitionKeys number of keys in the table
     * @param explicitHashKeys number of keys in the table
     */
    public record Message(int partitionKeys, int explicitHashKeys, List<Parsed> records) {}

    /** Parses a message without its magic number and checksum; null if it is malformed. */
    public static @Nullable Message parse(byte[] message) {
        try {
            Object parsed = MESSAGE.getMethod("parseFrom", byte[].class).invoke(null, message);
            List<Parsed> records = new ArrayList<>();
            for (Object userRecord : (List<?>) call(parsed, "getRecordsList")) {
                records.add(new Parsed(
                        (long) call(userRecord, "getPartitionKeyIndex"),
                        (boolean) call(userRecord, "hasExplicitHashKeyIndex"),
                        (long) call(userRecord, "getExplicitHashKeyIndex"),
                        (byte[]) call(call(userRecord, "getData"), "toByteArray")));
            }
            return new Message(
                    (int) call(parsed, "getPartitionKeyTableCount"),
                    (int) call(parsed, "getExplicitHashKeyTableCount"),
                    records);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IOException) {
                return null;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object call(Object target, String method) throws ReflectiveOperationException {
        // By way of the public base class: the message's string of bytes has a hidden class.
        Class<?> type = method.equals("toByteArray") ? target.getClass().getSuperclass() : target.getClass();
        return type.getMethod(method).invoke(target);
    }

    private static URL jarOf(String resource) {
        try {
            URL url = AwsAggregator.class.getClassLoader().getResource(resource);
            return ((JarURLConnection) url.openConnection()).getJarFileURL();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return LOADER.loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle method(Class<?> type, String name, MethodType signature) {
        try {
            return MethodHandles.publicLookup().findVirtual(type, name, signature);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
