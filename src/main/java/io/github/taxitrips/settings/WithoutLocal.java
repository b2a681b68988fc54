package io.github.taxitrips.settings;

import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;

/**
 * Leaves out {@code taxi-trips.local} where settings are bound, for Lambda reads none of them: they are more than all the others,
 * and each cold start would bind them.
 */
public final class WithoutLocal extends AbstractBindHandler {

    private static final ConfigurationPropertyName ALL = ConfigurationPropertyName.of("taxi-trips");
    private static final ConfigurationPropertyName LOCAL = ALL.append("local");

    /** @param parent what binds, and refuses settings that nothing was bound to */
    public WithoutLocal(BindHandler parent) {
        super(parent);
    }

    @Override
    public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
        return name.equals(LOCAL) ? null : super.onStart(name, target, context);
    }

    @Override
    public void onFinish(
            ConfigurationPropertyName name, Bindable<?> target, BindContext context, @Nullable Object result)
            throws Exception {
        super.onFinish(name, target, name.equals(ALL) ? new Seen(context) : context, result);
    }

    /** Hides the settings of the local run, or they would be said to be unknown. */
    private record Seen(BindContext context) implements BindContext {

        @Override
        public Binder getBinder() {
            return context.getBinder();
        }

        @Override
        public int getDepth() {
            return context.getDepth();
        }

        @Override
        public Iterable<ConfigurationPropertySource> getSources() {
            return () -> StreamSupport.stream(context.getSources().spliterator(), false)
                    .map(source -> source.filter(name -> !LOCAL.isAncestorOf(name)))
                    .iterator();
        }

        @Override
        public @Nullable ConfigurationProperty getConfigurationProperty() {
            return context.getConfigurationProperty();
        }
    }
}
