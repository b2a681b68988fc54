// Parses template.yaml with the AWS CDK's CfnInclude and synthesizes it, twice: as it is, and with the serverless function
// replaced by the resources that SAM makes of it, because the CDK knows fewer properties of the former than CloudFormation
// does of the latter. Both are put to AWS's own validator, which the CDK brings along, and the second pass also refuses
// what CfnInclude lets through: unknown properties and attributes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, CfnResource, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";

const file = process.argv[2];
if (!file) {
    console.error("usage: node synth.mjs template.yaml");
    process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), "template-check-"));

// The CDK would only print the validator's findings, at each synthesis. Here they count.
process.env.CDK_VALIDATION = "false";
const bundled = createRequire(createRequire(import.meta.url).resolve("aws-cdk-lib"));
const { CompositeEngine, TemplateContent } = bundled("@aws/cloudformation-validate");
const validator = new CompositeEngine();

/** Findings that miss an Fn::If: the stream that may not exist and the empty ARN are never used on the wrong branch. */
const ACCEPTED = [
    { ruleId: "W1001", message: /^Reference to 'KinesisStream' .* 'CreateKinesisStream'/, entityType: "Output" },
    { ruleId: "W1030", message: /^\{'Ref': 'KinesisStreamArn'} default ''/ },
    { ruleId: "W1030", message: /^\{'Ref': 'QuarantineDeliveryStreamName'} default ''/ },
];

function validate(text, name) {
    const findings = validator
        .validateTemplate(new TemplateContent(text, name), { severityLevel: "WARN" })
        .diagnostics.filter((finding) => !ACCEPTED.some((accepted) =>
            accepted.ruleId === finding.ruleId &&
            accepted.message.test(finding.message) &&
            (accepted.entityType ?? finding.entity?.entityType) === finding.entity?.entityType));
    if (findings.length > 0) {
        throw new Error(findings
            .map(({ ruleId, message, entity, propertyPath }) =>
                `${entity?.logicalId ?? ""} ${propertyPath ?? ""}: ${message} (${ruleId})`)
            .join("\n"));
    }
}

function synthesize(templateFile, check = () => {}) {
    const app = new App({ outdir: mkdtempSync(join(work, "out-")), analyticsReporting: false });
    const stack = new Stack(app, "TaxiTrips");
    check(new CfnInclude(stack, "Template", { templateFile }));
    return JSON.parse(readFileSync(app.synth().getStackByName("TaxiTrips").templateFullPath, "utf8"));
}

/** What SAM makes of a serverless function with an alias and Kinesis events. */
function expand(template) {
    const expanded = structuredClone(template);
    delete expanded.Transform;
    // What the CDK adds for its own deployments.
    delete expanded.Rules;
    delete expanded.Parameters.BootstrapVersion;
    for (const [id, resource] of Object.entries(template.Resources)) {
        if (resource.Type !== "AWS::Serverless::Function") {
            continue;
        }
        const {
            CodeUri, AutoPublishAlias, AutoPublishAliasAllProperties, VersionDescription, Tracing, Events, ...same
        } = resource.Properties;
        if (typeof CodeUri !== "string" || typeof AutoPublishAliasAllProperties !== "boolean") {
            throw new Error(`${id}: CodeUri must be a path and AutoPublishAliasAllProperties a boolean`);
        }
        const alias = `${id}Alias${AutoPublishAlias}`;
        expanded.Resources[id] = {
            ...resource,
            Type: "AWS::Lambda::Function",
            Properties: { ...same, Code: { S3Bucket: "artifacts", S3Key: CodeUri }, TracingConfig: { Mode: Tracing } },
        };
        expanded.Resources[`${id}Version`] = {
            Type: "AWS::Lambda::Version",
            Properties: { FunctionName: { Ref: id }, Description: VersionDescription },
        };
        expanded.Resources[alias] = {
            Type: "AWS::Lambda::Alias",
            Properties: {
                Name: AutoPublishAlias,
                FunctionName: { Ref: id },
                FunctionVersion: { "Fn::GetAtt": [`${id}Version`, "Version"] },
            },
        };
        for (const [name, event] of Object.entries(Events)) {
            if (event.Type !== "Kinesis") {
                throw new Error(`${id}.Events.${name}: no expansion is known for type ${event.Type}`);
            }
            const { Stream, ...mapping } = event.Properties;
            expanded.Resources[`${id}${name}`] = {
                Type: "AWS::Lambda::EventSourceMapping",
                Properties: { ...mapping, EventSourceArn: Stream, FunctionName: { Ref: alias } },
            };
        }
    }
    return expanded;
}

/** Every [resource, attribute] that a Fn::GetAtt or a Fn::Sub in the value names. */
function attributesIn(value) {
    if (Array.isArray(value)) {
        return value.flatMap(attributesIn);
    }
    if (value === null || typeof value !== "object") {
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
        Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm = "AES25";
    },
    "resource type that does not exist": ({ FunctionLogGroup }) => {
        FunctionLogGroup.Type = "AWS::Logs::LogGroop";
    },
};

try {
    validate(readFileSync(file, "utf8"), "template.yaml");
    const expanded = expand(synthesize(file));
    const resources = Object.keys(strict(expanded).Resources).length;
    for (const [mistake, make] of Object.entries(mistakes)) {
        const wrong = structuredClone(expanded);
        make(wrong.Resources);
        let refusal;
        try {
            strict(wrong);
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
    console.log(`template.yaml: ${resources} resources synthesized, ${Object.keys(mistakes).length} planted mistakes refused`);
} catch (error) {
    console.error(`template.yaml: ${error.message}`);
    process.exitCode = 1;
} finally {
    rmSync(work, { recursive: true, force: true });
}
