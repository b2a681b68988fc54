package io.github.taxitrips;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** The arrows between the rooms, and the habits within them. */
class ArchitectureTests {

    private static final String ROOT = "io.github.taxitrips";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static final DescribedPredicate<JavaClass> WIRING = JavaClass.Predicates.type(TaxiTripsApplication.class)
            .or(JavaClass.Predicates.type(TaxiTripsAutoConfiguration.class))
            .as("wiring");

    /** Arrows point right only: intake, delivery, then the doors that lambda and local are. Settings are there for all. */
    @Test
    void roomsKnowOnlyThoseBeforeThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("settings")
                .definedBy(ROOT + ".settings..")
                .layer("intake")
                .definedBy(ROOT + ".intake..")
                .layer("delivery")
                .definedBy(ROOT + ".delivery..")
                .layer("telemetry")
                .definedBy(ROOT + ".telemetry..")
                .layer("root")
                .definedBy(ROOT)
                .layer("lambda")
                .definedBy(ROOT + ".lambda..")
                .layer("local")
                .definedBy(ROOT + ".local..")
                .whereLayer("settings")
                .mayNotAccessAnyLayer()
                .whereLayer("intake")
                .mayOnlyAccessLayers("settings")
                .whereLayer("delivery")
                .mayOnlyAccessLayers("settings", "intake")
                .whereLayer("telemetry")
                .mayOnlyAccessLayers("settings", "intake", "delivery")
                .whereLayer("lambda")
                .mayOnlyAccessLayers("settings", "intake", "delivery")
                .whereLayer("local")
                .mayNotBeAccessedByAnyLayer()
                .check(CLASSES);
    }

    /** A new room has to find its place in the test above. */
    @Test
    void thereAreNoOtherRooms() {
        Set<String> rooms = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(ROOT))
                .map(name -> name.substring(ROOT.length() + 1).replaceAll("\\..*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rooms).containsExactly("delivery", "intake", "lambda", "local", "settings", "telemetry");
    }

    @Test
    void onlyTheWiringKnowsLambda() {
        noClasses()
                .that(DescribedPredicate.not(
                        resideInAPackage(ROOT + ".lambda..").or(WIRING)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".lambda..")
                .check(CLASSES);
    }

    /** Firehose hands records to the lake, which knows no endpoint. */
    @Test
    void lakeComesBeforeFirehoseAndFirehoseBeforeTheRestOfLocal() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".local.lake..", ROOT + ".local.firehose..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".local", ROOT + ".local.mapping..", ROOT + ".local.campaign..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".local.lake..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".local.aws..",
                        ROOT + ".local.firehose..",
                        ROOT + ".local.kinesis..",
                        ROOT + ".local.sql..",
                        ROOT + ".local.door..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".local.firehose..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".local.sql..", ROOT + ".local.kinesis..")
                .check(CLASSES);
    }

    /** The endpoint knows no service behind it, and what these share knows none of them. */
    @Test
    void endpointComesBeforeItsServices() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".local.aws..")
                .should()
                .dependOnClassesThat(inLocalBut(".local.aws", ".local.door"))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".local.base..")
                .should()
                .dependOnClassesThat(inLocalBut(".local.base"))
                .check(CLASSES);
    }

    /** What keeps the stream knows neither who reads it nor what becomes of its records. */
    @Test
    void kinesisKnowsTheEndpointAlone() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".local.kinesis..")
                .should()
                .dependOnClassesThat(inLocalBut(".local.kinesis", ".local.aws", ".local.base"))
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> inLocalBut(String... rooms) {
        String[] packages = Stream.of(rooms).map(room -> ROOT + room + "..").toArray(String[]::new);
        return resideInAPackage(ROOT + ".local..")
                .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(packages)));
    }

    /** SQL reads the lake, and neither knows who asks; who knocks at a door matters to the doors alone. */
    @Test
    void sqlKnowsTheLakeAlone() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".local.sql..", ROOT + ".local.door..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".local",
                        ROOT + ".local.aws..",
                        ROOT + ".local.firehose..",
                        ROOT + ".local.kinesis..",
                        ROOT + ".local.mapping..",
                        ROOT + ".local.campaign..")
                .check(CLASSES);
    }

    /** A producer sends over HTTP, to whatever speaks Kinesis. */
    @Test
    void producerKnowsNoOtherRoomOfTheDesk() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".local.producer..")
                .should()
                .dependOnClassesThat(inLocalBut(".local.producer", ".local.base"))
                .check(CLASSES);
    }

    /** The page looks at the whole desk, and the desk runs without it. */
    @Test
    void nothingKnowsTheConsole() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".local.console..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".local.console..")
                .check(CLASSES);
    }

    @Test
    void intakeAndDeliveryNeedNoSpringBoot() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".intake..", ROOT + ".delivery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.boot..", "org.springframework.cloud..")
                .check(CLASSES);
    }

    /** Settings come as properties, so that each has one name, one default and one check. Where Lambda put us is none. */
    @Test
    void noClassReadsTheEnvironment() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.github.taxitrips.lambda.CorrettoCrypto")
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(CLASSES);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        fields().should()
                .notBeAnnotatedWith(Autowired.class)
                .andShould()
                .notBeAnnotatedWith(Value.class)
                .check(CLASSES);
    }

    @Test
    void packagesAreNullMarked() {
        assertThat(CLASSES.stream().map(JavaClass::getPackage).distinct())
                .hasSizeGreaterThan(4)
                .allSatisfy(name -> assertThat(name.isAnnotatedWith(NullMarked.class))
                        .as("package-info with @NullMarked in " + name.getName())
                        .isTrue());
    }
}
