package io.github.taxitrips.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import io.github.taxitrips.delivery.TimedEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.function.adapter.aws.AWSLambdaUtils;
import org.springframework.messaging.support.MessageBuilder;

class KinesisEventConverterTests {

    private final KinesisEventConverter converter = new KinesisEventConverter();
    private final KinesisEvent event = new KinesisEvent();
    private final MessageBuilder<KinesisEventConverter.Decoded> decoded =
            MessageBuilder.withPayload(new KinesisEventConverter.Decoded(event));

    @Test
    void eventHasTheDeadlineOfItsInvocation() {
        event.setRecords(List.of(new KinesisEventRecord()));
        Context context = mock(Context.class);
        when(context.getRemainingTimeInMillis()).thenReturn(100_000, 99_000);
        Object converted = converter.fromMessage(
                decoded.setHeader(AWSLambdaUtils.AWS_CONTEXT, context).build(), KinesisEvent.class);
        assertThat(converted).isInstanceOfSatisfying(TimedEvent.class, timed -> {
            assertThat(timed.event()).isSameAs(event);
            assertThat(timed.getRecords()).isSameAs(event.getRecords());
            assertThat(timed.deadline().remainingMillis()).isEqualTo(99_500);
            assertThat(timed.deadline().remainingMillis()).isEqualTo(98_500);
        });
    }

    @Test
    void withoutLambdasContextThereIsNoDeadline() {
        assertThat(converter.fromMessage(decoded.build(), KinesisEvent.class)).isSameAs(event);
    }

    @Test
    void allElseIsLeftToOtherConverters() {
        assertThat(converter.fromMessage(MessageBuilder.withPayload("x").build(), KinesisEvent.class))
                .isNull();
        assertThat(converter.fromMessage(decoded.build(), SQSEvent.class)).isNull();
        assertThat(converter.toMessage("x", null)).isNull();
    }
}
