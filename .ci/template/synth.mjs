// Parses template.yaml with the AWS CDK's CfnInclude and synthesizes it, twice: as it is, and with the serverless function
// replaced by the resources that SAM makes of it, because the CDK knows fewer properties of the former than CloudFormation
// does of the latter. Both are put to AWS's own validator, which the CDK brings along, and the second pass also refuses
// what CfnInclude lets through: unknown properties and attributes. Then changes.mjs plays through what a change of each
// parameter does to a stack, and which parameters contradict each other.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, CfnResource, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { changes, contradictions } from "./changes.mjs";

const [file, page] = process.argv.slice(2);
if (!page) {
    console.error("usage: node synth.mjs template.yaml docs/deploying.md");
    process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), "template-check-"));

// The CDK would only print the validator's findings, at each synthesis. Here they count.
process.env.CDK_VALIDATION = "false";
const bundled = createRequire(createRequire(import.meta.url).resolve("aws-cdk-lib"));
const { CompositeEngine, TemplateContent } = bundled("@aws/cloudformation-validate");
const validator = new CompositeEngine();

/**
 * Findings that miss an Fn::If: the stream and the bucket that may not exist and empty parameters are never used on the wrong
 * branch. And one that wants a DeletionPolicy beside the function's UpdateReplacePolicy, which SAM would hand on to versions.
 */
const ACCEPTED = [
    { ruleId: "W1001", message: /^Reference to 'KinesisStream' .* 'CreateKinesisStream'/, entityType: "Output" },
    { ruleId: "W1001", message: /^Reference to 'DataBucket' .* 'CreateDataBucket'/, entityType: "Output" },
    { ruleId: "W3011", message: /./, logicalId: /^TaxiTripsFunction(Aliaslive)?$/ },
    { ruleId: "W1030", message: /^\{'Ref': 'KinesisStreamArn'} default ''/ },
    { ruleId: "W1030", message: /^\{'Ref': '(SecurityGroupId|KmsKeyArn|KinesisKmsKeyArn|AlarmEmail|DataBucketName|PermissionsBoundaryArn)'} default ''/ },
    { ruleId: "W1030", message: /^\{'Ref': 'ShardCount'} default '0'/ },
    { ruleId: "F3031", message: /^'' does not match pattern '\^subnet-/, logicalId: /^TaxiTripsFunction$/ },
];

function validate(text, name) {
    const findings = validator
        .validateTemplate(new TemplateContent(text, name), { severityLevel: "WARN" })
        .diagnostics.filter((finding) => !ACCEPTED.some((accepted) =>
            accepted.ruleId === finding.ruleId &&
            accepted.message.test(finding.message) &&
            (accepted.logicalId?.test(finding.entity?.logicalId) ?? true) &&
            (accepted.entityType ?? finding.entity?.entityType) === finding.entity?.entityType));
    if (findings.length > 0) {
        throw new Error(findings
            .map(({ ruleId, message, entity, propertyPath }) =>
                `${entity?.logicalId ?? ""} ${propertyPath ?? ""}: ${message} (${ruleId})`)
            .join("\n"));
    }
}

/** SAM lets a template name the alias that it makes. Neither CfnInclude nor the validator knows that name, but any attribute. */
function readable(text) {
    return text.replaceAll("!Ref TaxiTripsFunction.Alias", "!GetAtt TaxiTripsFunction.Alias");
}

function synthesize(templateFile, check = () => {}, allowCyclicalReferences = false) {
    const app = new App({ outdir: mkdtempSync(join(work, "out-")), analyticsReporting: false });
    const stack = new Stack(app, "TaxiTrips");
    check(new CfnInclude(stack, "Template", { templateFile, allowCyclicalReferences }));
    return JSON.parse(readFileSync(app.synth().getStackByName("TaxiTrips").templateFullPath, "utf8"));
}

/**
 * What SAM makes of a serverless function with an alias. With a deployment preference that is enabled it also makes a CodeDeploy
 * application and a group, which are not in here: the alias is moved in another way, and nothing else changes.
 */
function expand(template) {
    const expanded = structuredClone(template);
    delete expanded.Transform;
    // What SAM reads while it expands.
    delete expanded.Mappings;
    // What the CDK adds for its own deployments.
    delete expanded.Rules.CheckBootstrapVersion;
    delete expanded.Parameters.BootstrapVersion;
    for (const [id, resource] of Object.entries(template.Resources)) {
        if (resource.Type !== "AWS::Serverless::Function") {
            continue;
        }
        const {
            CodeUri, AutoPublishAlias, AutoPublishAliasAllProperties, VersionDescription, Tracing, DeploymentPreference, ...same
        } = resource.Properties;
        if (typeof CodeUri !== "string" || typeof AutoPublishAliasAllProperties !== "boolean" || !DeploymentPreference.Role) {
            throw new Error(`${id}: CodeUri must be a path, AutoPublishAliasAllProperties a boolean, and CodeDeploy have a role`);
        }
        const { Type, Properties, ...attributes } = resource;
        const alias = `${id}Alias${AutoPublishAlias}`;
        expanded.Resources[id] = {
            ...attributes,
            Type: "AWS::Lambda::Function",
            Properties: { ...same, Code: { S3Bucket: "artifacts", S3Key: CodeUri }, TracingConfig: { Mode: Tracing } },
        };
        expanded.Resources[`${id}Version`] = {
            DeletionPolicy: "Retain",
            ...attributes,
            Type: "AWS::Lambda::Version",
            Properties: { FunctionName: { Ref: id }, Description: VersionDescription },
        };
        expanded.Resources[alias] = {
            ...attributes,
            Type: "AWS::Lambda::Alias",
            Properties: {
                Name: AutoPublishAlias,
                FunctionName: { Ref: id },
                FunctionVersion: { "Fn::GetAtt": [`${id}Version`, "Version"] },
            },
        };
        for (const other of Object.values(expanded.Resources)) {
            if (attributesIn(other.Properties?.FunctionName).some(([name, attribute]) => name === id && attribute === "Alias")) {
                other.Properties.FunctionName = { Ref: alias };
            }
        }
    }
    return expanded;
}

/** Every [resource, attribute] that a Fn::GetAtt or a Fn::Sub in the value names. */
function attributesIn(value) {
    if (Array.isArray(value)) {
        return value.flatMap(attributesIn);
    }
    if (!value || typeof value !== "object") {
        return [];
    }
    return Object.entries(value).flatMap(([key, inner]) => {
        if (key === "Fn::GetAtt") {
            return [Array.isArray(inner) ? inner : inner.split(/\.(.*)/s).slice(0, 2)];
        }
        if (key === "Fn::Sub") {
            const text = Array.isArray(inner) ? inner[0] : inner;
            return [...text.matchAll(/\$\{([A-Za-z0-9]+)\.([A-Za-z0-9.]+)}/g)].map((match) => [match[1], match[2]]);
        }
        return attributesIn(inner);
    });
}

function strict(template) {
    const path = join(work, "expanded.json");
    writeFileSync(path, JSON.stringify(template));
    return synthesize(path, (included) => {
        for (const [id, { Type }] of Object.entries(template.Resources)) {
            const resource = included.getResource(id);
            if (resource.constructor === CfnResource) {
                throw new Error(`${id}: unknown resource type ${Type}`);
            }
            // CfnInclude passes on what it does not know as an override.
            const unknown = resource.rawOverrides?.Properties;
            if (unknown) {
                throw new Error(`${id}: unknown property ${JSON.stringify(unknown)}`);
            }
        }
        for (const [id, attribute] of attributesIn(template)) {
            const name = `attr${attribute.replaceAll(".", "")}`.toLowerCase();
            const attributes = Object.keys(Object.getOwnPropertyDescriptors(
                Object.getPrototypeOf(included.getResource(id)))).concat(Object.keys(included.getResource(id)));
            if (!attributes.some((candidate) => candidate.toLowerCase() === name)) {
                throw new Error(`${id}: unknown attribute ${attribute}`);
            }
        }
        validate(JSON.stringify(template), "expanded.json");
    });
}

/** A check that cannot fail proves nothing: each of these must be refused. */
const mistakes = {
    "misspelt property of the function": ({ TaxiTripsFunction: { Properties } }) => {
        Properties.SnapStrat = Properties.SnapStart;
        delete Properties.SnapStart;
    },
    "misspelt property of the trigger": ({ TaxiTripsFunctionTrips: { Properties } }) => {
        Properties.BatchSizes = Properties.BatchSize;
        delete Properties.BatchSize;
    },
    "misspelt property below a property": ({ DataBucket: { Properties } }) => {
        Properties.PublicAccessBlockConfiguration.BlockPublicAcl = true;
    },
    "misspelt property in a list": ({ GlueTable: { Properties } }) => {
        Properties.TableInput.StorageDescriptor.Columns[0].Typ = "double";
    },
    "word for a number": ({ TaxiTripsFunction: { Properties } }) => {
        Properties.Timeout = "soon";
    },
    "property that is required but missing": ({ DeliveryStream: { Properties } }) => {
        delete Properties.ExtendedS3DestinationConfiguration.RoleARN;
    },
    "reference to nothing": ({ TaxiTripsFunction: { Properties } }) => {
        Properties.LoggingConfig.LogGroup = { Ref: "NoSuchGroup" };
    },
    "attribute that does not exist": ({ TaxiTripsFunction: { Properties } }) => {
        Properties.Role = { "Fn::GetAtt": ["FunctionRole", "Arm"] };
    },
    "runtime that does not exist": ({ TaxiTripsFunction: { Properties } }) => {
        Properties.Runtime = "java52";
    },
    "value outside its enumeration": ({ DataBucket: { Properties } }) => {
        Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault = { SSEAlgorithm: "AES25" };
    },
    "resource type that does not exist": ({ FunctionLogGroup }) => {
        FunctionLogGroup.Type = "AWS::Logs::LogGroop";
    },
    "misspelt property of an alarm": ({ ErrorsAlarm: { Properties } }) => {
        Properties.TreatMissing = Properties.TreatMissingData;
        delete Properties.TreatMissingData;
    },
    "comparison that CloudWatch does not know": ({ QuotaAlarm: { Properties } }) => {
        Properties.ComparisonOperator = "GreaterThan";
    },
    "metric group that does not exist": ({ TaxiTripsFunctionTrips: { Properties } }) => {
        Properties.MetricsConfig.Metrics = ["EventCounts"];
    },
    "position that does not exist": ({ TaxiTripsFunctionTrips: { Properties } }) => {
        Properties.StartingPosition = "EARLIEST";
    },
};

/** The same for what changes.mjs plays through: each gets the expanded template. */
const losses = {
    "delivery stream that goes when its name changes": ({ Resources: { DeliveryStream } }) => {
        delete DeliveryStream.UpdateReplacePolicy;
    },
    "quarantine that goes when its name is emptied": ({ Resources: { QuarantineDeliveryStream } }) => {
        QuarantineDeliveryStream.DeletionPolicy = "Delete";
    },
    "stream that goes when another is named": ({ Resources: { KinesisStream } }) => {
        delete KinesisStream.DeletionPolicy;
    },
    "bucket that is named after a parameter": ({ Resources: { DataBucket } }) => {
        DataBucket.UpdateReplacePolicy = "Delete";
        DataBucket.Properties.BucketName = { "Fn::Sub": "trips-${GlueDatabaseName}" };
    },
    "version that goes when a parameter changes": ({ Resources: { TaxiTripsFunctionVersion } }) => {
        TaxiTripsFunctionVersion.UpdateReplacePolicy = "Delete";
    },
    "trigger that a change of the batch replaces": ({ Resources: { TaxiTripsFunctionTrips: { Properties } } }) => {
        Properties.StartingPositionTimestamp = { Ref: "BatchSize" };
    },
};
const gaps = {
    "two delivery streams of one name": ({ Rules }) => {
        Rules.NamesDiffer.Assertions.shift();
    },
    "timestamp without a position": ({ Rules }) => {
        delete Rules.TimestampGoesWithAtTimestamp;
    },
    "rule that refuses the defaults": ({ Rules }) => {
        Rules.OnDemandHasNoShards.Assertions[0].Assert = { "Fn::Equals": [{ Ref: "ShardCount" }, "1"] };
    },
};

function refuses(mistake, check) {
    let refusal;
    try {
        check();
    } catch (error) {
        refusal = error;
    }
    if (!refusal) {
        throw new Error(`this check is blind: it let a ${mistake} pass`);
    }
    if (process.env.SHOW_REFUSALS) {
        console.log(`${mistake}: ${refusal.message.split("\n").slice(0, 3).join(" ")}`);
    }
}

try {
    const text = readFileSync(file, "utf8");
    validate(readable(text), "template.yaml");
    const copy = join(work, "template.yaml");
    writeFileSync(copy, readable(text));
    // A function's deployment names alarms that name the function. SAM makes different resources of the two.
    const expanded = expand(synthesize(copy, undefined, true));
    const resources = Object.keys(strict(expanded).Resources).length;
    const documented = readFileSync(page, "utf8");
    const changed = changes(expanded, documented);
    const refused = contradictions(expanded);
    for (const [planted, check] of [
        [mistakes, (wrong) => strict(wrong)],
        [losses, (wrong) => changes(wrong, documented)],
        [gaps, (wrong) => contradictions(wrong)],
    ]) {
        for (const [mistake, make] of Object.entries(planted)) {
            const wrong = structuredClone(expanded);
            make(planted === mistakes ? wrong.Resources : wrong);
            refuses(mistake, () => check(wrong));
        }
    }
    const count = [mistakes, losses, gaps].flatMap(Object.keys).length;
    console.log(`template.yaml: ${resources} resources synthesized, ${changed} changes of parameters played through, `
        + `${refused} contradictions and ${count} planted mistakes refused`);
} catch (error) {
    console.error(`template.yaml: ${error.message}`);
    process.exitCode = 1;
} finally {
    rmSync(work, { recursive: true, force: true });
}
