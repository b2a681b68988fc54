package io.github.taxitrips.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.settings.TaxiTripsProperties.StartingPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a mapping begins, and where one that follows it goes on. */
class PositionsTests {

    private final MappingLab lab = new MappingLab();

    @Test
    void nextMappingGoesOnWhereTheOneBeforeHasEnded() {
        lab.put("a", "b", "c");
        lab.run(MappingSettings.builder().batchSize(2));
        assertThat(lab.positions.get(lab.shard.id())).isEqualTo(lab.shard.last());
        lab.put("d");
        lab.run(MappingSettings.builder());
        assertThat(lab.invocations).containsExactly("a b", "c", "d");
    }

    @Test
    void whatWasNotDoneWithComesAgain() {
        lab.put("a", "b", "c");
        lab.answer = batch -> {
            if (batch.equals("b")) {
                throw new AssertionError("killed");
            }
            return "";
        };
        EventSourceMapping killed = lab.mapping(MappingSettings.builder().batchSize(1));
        assertThat(killed.step()).isTrue();
        try {
            killed.run();
        } catch (AssertionError e) {
            assertThat(e).hasMessage("killed");
        }
        lab.answer = batch -> "";
        lab.run(MappingSettings.builder());
        assertThat(lab.invocations).containsExactly("a", "b", "b c");
    }

    @Test
    void givenUpRecordsAreDoneWithOnceTheyAreInTheDestination() {
        lab.put("a");
        lab.answer = batch -> {
            throw new IllegalStateException("down");
        };
        lab.onFailure = batch -> assertThat(lab.positions.get(batch.shardId())).isEqualTo(Positions.TRIM_HORIZON);
        lab.run(MappingSettings.builder().maximumRetryAttempts(0));
        assertThat(lab.positions.get(lab.shard.id())).isEqualTo(lab.shard.last());
    }

    @Test
    void latestLeavesOutWhatIsThereAndNothingElse() {
        lab.put("old");
        lab.mapping(MappingSettings.builder().startingPosition(StartingPosition.LATEST));
        lab.put("new");
        lab.run(MappingSettings.builder().startingPosition(StartingPosition.LATEST));
        assertThat(lab.invocations).containsExactly("new");
    }

    @Test
    void latestOfAnEmptyShardIsItsBeginning() {
        lab.mapping(MappingSettings.builder().startingPosition(StartingPosition.LATEST));
        lab.put("new");
        lab.run(MappingSettings.builder().startingPosition(StartingPosition.LATEST));
        assertThat(lab.invocations).containsExactly("new");
    }

    @Test
    void timestampLeavesOutWhatArrivedBefore() {
        lab.put("old");
        lab.time.pass(Duration.ofSeconds(60));
        lab.put("new");
        lab.run(MappingSettings.builder()
                .startingPosition(StartingPosition.AT_TIMESTAMP)
                .startingPositionTimestamp(VirtualTime.START.plusSeconds(60)));
        assertThat(lab.invocations).containsExactly("new");
    }

    @ParameterizedTest
    @EnumSource
    void storedPositionGoesBeforeWhereToStart(StartingPosition start) {
        lab.put("a");
        lab.run(MappingSettings.builder());
        lab.put("b");
        lab.run(MappingSettings.builder()
                .startingPosition(start)
                .startingPositionTimestamp(VirtualTime.START.plusSeconds(60)));
        assertThat(lab.invocations).containsExactly("a", "b");
    }

    @Test
    void positionThatCannotBeStoredHoldsUpNothing() {
        lab.put("a", "b");
        List<String> stored = new ArrayList<>();
        Positions full = new Positions() {
            @Override
            public @Nullable String get(String shardId) {
                return TRIM_HORIZON;
            }

            @Override
            public void put(String shardId, String position) {
                if (position.equals(lab.shard.last())) {
                    stored.add(position);
                } else {
                    throw new IllegalStateException("disk full");
                }
            }
        };
        EnvironmentPool pool = new EnvironmentPool(() -> ExecutionEnvironment.of(lab::invoke), 0, 0, 1);
        new EventSourceMapping(
                        MappingSettings.builder().batchSize(1).build(),
                        List.of(lab.shard),
                        full,
                        pool,
                        lab.time,
                        lab.onFailure,
                        lab.over::add)
                .run();
        assertThat(lab.invocations).containsExactly("a", "b");
        assertThat(stored).containsExactly(lab.shard.last());
    }
}
