package io.github.taxitrips.intake;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names of a table's members, numbered in order, and found in a text at a cost that does not grow with their number. */
final class MemberNames {

    private final List<String> names;

    /** The names in quotes, as they stand in a text. */
    private final byte[][] keys;

    /** Numbers of names, plus one, at the place of their hash or the next free one. */
    private final int[] slots;

    private final Map<String, Integer> lowerCase = new HashMap<>();

    MemberNames(List<String> names) {
        this.names = names;
        keys = names.stream()
                .map(name -> ('"' + name + '"').getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        slots = new int[4 * Integer.highestOneBit(names.size())];
        for (int i = 0; i < keys.length; i++) {
            int slot = slot(keys[i], 0, keys[i].length);
            while (slots[slot] != 0) {
                slot = (slot + 1) % slots.length;
            }
            slots[slot] = i + 1;
            lowerCase.put(names.get(i).toLowerCase(Locale.ROOT), i);
        }
    }

    String name(int number) {
        return names.get(number);
    }

    /** Returns the names in quotes, as they stand in a text. */
    byte[][] keys() {
        return keys;
    }

    /** Returns the number of the name, or -1. */
    int find(String name) {
        return names.indexOf(name);
    }

    /** Returns the number of the name that is this one in lower case, or -1. */
    int findInAnyCase(String name) {
        return lowerCase.getOrDefault(name, -1);
    }

    /**
     * Returns the number of the name that stands in a text, or -1.
     *
     * @param start where it starts, with its quote
     * @param escaped whether it holds an escape
     */
    int find(byte[] text, int start, int end, boolean escaped) {
        if (escaped) {
            return find(JsonText.unescape(text, start + 1, end - 1));
        }
        int slot = slot(text, start, end);
        while (slots[slot] != 0) {
            byte[] key = keys[slots[slot] - 1];
            if (Arrays.equals(text, start, end, key, 0, key.length)) {
                return slots[slot] - 1;
            }
            slot = (slot + 1) % slots.length;
        }
        return -1;
    }

    private int slot(byte[] text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + text[i];
        }
        return (hash ^ hash >>> 15) & (slots.length - 1);
    }
}
