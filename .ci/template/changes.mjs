// Plays through what a change of each parameter does to a stack. The template is worked out with the old and the new values,
// and the two are compared by the update behaviour that AWS publishes for each property, "Update requires" in the CloudFormation
// template reference, as the CDK's own diff knows it.
import { fullDiff } from "@aws-cdk/cloudformation-diff";

/** What is lost with these types: records, objects, what is buffered; and a role without which the last of it is not written. */
const HOLDS_DATA = ["AWS::Kinesis::Stream", "AWS::KinesisFirehose::DeliveryStream", "AWS::S3::Bucket", "AWS::S3::BucketPolicy"];
const HOLDS_DATA_TOO = ["DeliveryRole", "TaxiTripsFunctionVersion"];

const STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/other";
const KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const NETWORK = { SubnetIds: "subnet-0123456789abcdef0,subnet-0fedcba9876543210", SecurityGroupId: "sg-0123456789abcdef0" };

/** Another value of each parameter, with what it needs beside it. Parameters with allowed values or limits take them all. */
const OTHER = {
    KinesisStreamArn: STREAM,
    KinesisKmsKeyArn: { KinesisStreamArn: STREAM, to: KEY },
    StreamMode: { ShardCount: { ON_DEMAND: "0", PROVISIONED: "2" } },
    ShardCount: { StreamMode: "PROVISIONED", from: "2", to: "4" },
    StartingPosition: { StartingPositionTimestamp: { AT_TIMESTAMP: "1790000000", LATEST: "", TRIM_HORIZON: "" } },
    StartingPositionTimestamp: { StartingPosition: "AT_TIMESTAMP", from: "1790000000", to: "1790003600" },
    MaximumRecordAgeInSeconds: "3600",
    DataBucketName: "trips-of-before",
    DeliveryStreamName: "trips-2",
    PreviousDeliveryStreamName: "trips-1",
    GlueDatabaseName: "lake",
    GlueTableName: "trips",
    QuarantineDeliveryStreamName: ["rejected-2", ""],
    PreviousQuarantineDeliveryStreamName: "rejected-1",
    AlarmEmail: "on-duty@example.com",
    PermissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
    KmsKeyArn: KEY,
    SubnetIds: { to: NETWORK.SubnetIds, SecurityGroupId: { "": "", [NETWORK.SubnetIds]: NETWORK.SecurityGroupId } },
    SecurityGroupId: { SubnetIds: NETWORK.SubnetIds, from: NETWORK.SecurityGroupId, to: "sg-0fedcba9876543210" },
};

/** Parameters that contradict each other, and words of the remedy that CloudFormation answers with. */
const CONTRADICTIONS = [
    [{ StreamMode: "PROVISIONED" }, "needs ShardCount"],
    [{ StreamMode: "PROVISIONED", ShardCount: "2", KinesisStreamArn: STREAM }, "Leave StreamMode at ON_DEMAND"],
    [{ ShardCount: "2" }, "Set StreamMode to PROVISIONED"],
    [{ StartingPosition: "AT_TIMESTAMP" }, "Give both"],
    [{ StartingPositionTimestamp: "1790000000" }, "Give both"],
    [{ StartingPosition: "LATEST", StartingPositionTimestamp: "1790000000" }, "Give both"],
    [{ KinesisKmsKeyArn: KEY }, "Give the stream's ARN too"],
    [{ DeliveryStreamName: "nyc-taxi-trips-rejected" }, "give it another name"],
    [{ PreviousDeliveryStreamName: "nyc-taxi-trips" }, "Set it to the name of before"],
    [{ PreviousQuarantineDeliveryStreamName: "nyc-taxi-trips-rejected" }, "Set it to the name of before"],
    [{ GlueTableName: "rejected_trips" }, "Give the table of trips another name"],
    [{ SubnetIds: NETWORK.SubnetIds }, "leave both empty"],
    [{ SecurityGroupId: NETWORK.SecurityGroupId }, "leave both empty"],
];

/** What belongs together and is no contradiction. */
const ALLOWED = [
    {},
    { StreamMode: "PROVISIONED", ShardCount: "2" },
    { KinesisStreamArn: STREAM, KinesisKmsKeyArn: KEY, StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp: "1790000000" },
    { QuarantineDeliveryStreamName: "", GlueTableName: "rejected_trips" },
    { DeliveryStreamName: "trips-2", PreviousDeliveryStreamName: "nyc-taxi-trips" },
    { QuarantineDeliveryStreamName: "", PreviousQuarantineDeliveryStreamName: "nyc-taxi-trips-rejected" },
    NETWORK,
];

const NOTHING = Symbol("AWS::NoValue");

function valuesOf(template, given) {
    const values = {};
    for (const [name, parameter] of Object.entries(template.Parameters)) {
        values[name] = String(given[name] ?? parameter.Default);
        if (parameter.AllowedPattern && !new RegExp(parameter.AllowedPattern).test(values[name])) {
            throw new Error(`changes.mjs gives ${name} a value that is not allowed: ${values[name]}`);
        }
    }
    return values;
}

/** The value with parameters and conditions worked out. What only a deployment knows stays as it is. */
function evaluate(value, template, values) {
    const inner = (part) => evaluate(part, template, values);
    if (Array.isArray(value)) {
        return value.map(inner).filter((part) => part !== NOTHING);
    }
    if (value === null || typeof value !== "object") {
        return value;
    }
    const [[name, argument]] = Object.entries(value).length === 1 ? Object.entries(value) : [[]];
    switch (name) {
        case "Ref":
            return argument === "AWS::NoValue" ? NOTHING : values[argument] ?? value;
        case "Condition":
            return typeof argument === "string" ? inner(template.Conditions[argument]) : { Condition: inner(argument) };
        case "Fn::If":
            return inner(argument[inner({ Condition: argument[0] }) ? 1 : 2]);
        case "Fn::Equals": {
            const [left, right] = inner(argument);
            return String(left) === String(right);
        }
        case "Fn::Not":
            return !inner(argument)[0];
        case "Fn::And":
            return inner(argument).every(Boolean);
        case "Fn::Or":
            return inner(argument).some(Boolean);
        case "Fn::Split": {
            const [delimiter, text] = inner(argument);
            return typeof text === "string" ? text.split(delimiter) : value;
        }
        case "Fn::Join": {
            const [delimiter, parts] = inner(argument);
            return Array.isArray(parts) && parts.every((part) => typeof part === "string") ? parts.join(delimiter) : { [name]: [delimiter, parts] };
        }
        case "Fn::Select": {
            const [index, parts] = inner(argument);
            return Array.isArray(parts) ? parts[Number(index)] : value;
        }
        case "Fn::Sub": {
            const [text, variables] = Array.isArray(argument) ? [argument[0], inner(argument[1])] : [argument, {}];
            const open = {};
            const filled = text.replace(/\$\{([A-Za-z0-9]+)}/g, (all, variable) => {
                const known = variables[variable] ?? values[variable];
                if (known !== undefined && typeof known !== "string") {
                    open[variable] = known;
                }
                return typeof known === "string" ? known : all;
            });
            return { [name]: Object.keys(open).length > 0 ? [filled, open] : filled };
        }
        default: {
            const result = {};
            for (const [key, part] of Object.entries(value)) {
                const worked = inner(part);
                if (worked !== NOTHING) {
                    result[key] = worked;
                }
            }
            return result;
        }
    }
}

/** The resources of a stack with these parameters. */
function stack(template, values) {
    const resources = {};
    for (const [id, { Condition, ...resource }] of Object.entries(template.Resources)) {
        if (Condition === undefined || evaluate({ Condition }, template, values)) {
            const { Properties } = resources[id] = evaluate(resource, template, values);
            // The diff does not look into properties, and these two names replace from in there.
            if (resource.Type === "AWS::Glue::Database") {
                Properties.DatabaseName = Properties.DatabaseInput.Name;
            } else if (resource.Type === "AWS::Glue::Table") {
                Properties.Name = Properties.TableInput.Name;
            }
        }
    }
    return { Resources: resources };
}

/** The words of each rule that these parameters break. */
function refusals(template, given) {
    const values = valuesOf(template, given);
    return Object.values(template.Rules)
        .filter(({ RuleCondition }) => RuleCondition === undefined || evaluate(RuleCondition, template, values))
        .flatMap(({ Assertions }) => Assertions)
        .filter(({ Assert }) => !evaluate(Assert, template, values))
        .map(({ AssertDescription }) => AssertDescription);
}

/** Pairs of parameters before and after, for each other value of a parameter, there and back. */
function pairs(name, template) {
    const parameter = template.Parameters[name];
    const other = OTHER[name];
    const { from, to, ...beside } = typeof other === "object" && !Array.isArray(other) ? other : {};
    const first = from ?? String(parameter.Default);
    const others = to ?? (Object.keys(beside).length > 0 || other === undefined ? undefined : other)
        ?? parameter.AllowedValues ?? [parameter.MinValue, parameter.MaxValue];
    const given = (value) => Object.fromEntries([[name, value], ...Object.entries(beside)
        .map(([key, needed]) => [key, typeof needed === "string" ? needed : needed[value]])]);
    return [others].flat().map(String).filter((value) => value !== first)
        .flatMap((value) => [[given(first), given(value)], [given(value), given(first)]]);
}

/** What CloudFormation replaces and takes away between two sets of parameters; throws where something is lost. */
function impact(template, before, after) {
    for (const given of [before, after]) {
        const refused = refusals(template, given);
        if (refused.length > 0) {
            throw new Error(`changes.mjs plays parameters that contradict each other: ${refused.join(" ")}`);
        }
    }
    const old = stack(template, valuesOf(template, before));
    const gone = new Map();
    fullDiff(old, stack(template, valuesOf(template, after))).resources.forEachDifference((id, change) => {
        const resource = old.Resources[id];
        const holds = resource && (HOLDS_DATA.includes(resource.Type) || HOLDS_DATA_TOO.includes(id));
        const kept = (policy) => resource[policy]?.startsWith("Retain");
        const lost = (how) => {
            throw new Error(`${id} would be ${how}, with what it holds, by the change from ${JSON.stringify(before)} to `
                + JSON.stringify(after));
        };
        switch (change.changeImpact) {
            case "WILL_REPLACE":
            case "MAY_REPLACE":
                if (holds && !kept("UpdateReplacePolicy")) {
                    lost("replaced");
                }
                gone.set(id, kept("UpdateReplacePolicy") ? "replaced, kept" : "replaced");
                break;
            case "WILL_DESTROY":
                if (holds) {
                    lost("deleted");
                }
                gone.set(id, "deleted");
                break;
            case "WILL_ORPHAN":
                gone.set(id, "kept");
                break;
            default:
        }
    });
    return gone;
}

/** The table of docs/deploying.md: each parameter whose change replaces or takes away more than the function's version. */
function table(template, record) {
    const rows = [];
    for (const name of Object.keys(template.Parameters)) {
        const effects = new Map();
        for (const [before, after] of pairs(name, template)) {
            for (const [id, effect] of impact(template, before, after)) {
                effects.set(id, (effects.get(id) ?? new Set()).add(effect));
            }
            record();
        }
        effects.delete("TaxiTripsFunctionVersion");
        if (effects.size > 0) {
            const cells = [...effects].map(([id, effect]) => `\`${id}\` ${[...effect].sort().join(" or ")}`);
            rows.push(`| \`${name}\` | ${cells.join(", ")} |`);
        }
    }
    return rows.join("\n");
}

/** Plays through every change, holds the page's table to them, and returns how many there were. */
export function changes(template, page) {
    let count = 0;
    const rows = table(template, () => count++);
    if (!page.includes(`|---|---|\n${rows}\n\n`)) {
        throw new Error(`docs/deploying.md, "What a change takes away", should have these rows:\n${rows}`);
    }
    return count;
}

/** Puts contradictory parameters to the rules, and those that go together; returns how many contradictions there were. */
export function contradictions(template) {
    const said = new Set();
    for (const [given, words] of CONTRADICTIONS) {
        const refused = refusals(template, given).filter((description) => description.includes(words));
        if (refused.length === 0) {
            throw new Error(`no rule refuses ${JSON.stringify(given)} with the words "${words}"`);
        }
        refused.forEach((description) => said.add(description));
    }
    for (const given of ALLOWED) {
        const refused = refusals(template, given);
        if (refused.length > 0) {
            throw new Error(`a rule refuses ${JSON.stringify(given)}: ${refused.join(" ")}`);
        }
    }
    const silent = Object.values(template.Rules)
        .flatMap(({ Assertions }) => Assertions)
        .map(({ AssertDescription }) => AssertDescription)
        .filter((description) => !said.has(description));
    if (silent.length > 0) {
        throw new Error(`nothing here breaks the rule that says: ${silent.join(" ")}`);
    }
    return CONTRADICTIONS.length;
}
