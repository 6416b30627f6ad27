// Runs operations of an SDK's client for a test in another process: sdk_driver.mjs URL SERVICE. A
// JSON line in: {"id", "operation", "parameters", "abort_after_ms"?}; a JSON line out, in the order
// in which they end: {"id", "answer"} or {"id", "error"}. Bytes travel as {"$bytes": base64}, times
// as {"$seconds": number}, an event stream as the list of its events and perhaps {"$error": ...}.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { once } from "node:events";

const load = createRequire(process.env.MILLRACE_NODE_MODULES + "/");
const service = process.argv[3];
const sdk = load(`@aws-sdk/client-${service}`);
const names = { sqs: "SQS", kinesis: "Kinesis", sns: "SNS" };

const client = new sdk[`${names[service]}Client`]({
  endpoint: process.argv[2],
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
});

const fromWire = (key, value) => {
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$bytes === "string") return new Uint8Array(Buffer.from(value.$bytes, "base64"));
  return typeof value.$seconds === "number" ? new Date(value.$seconds * 1000) : value;
};

function toWire(key, value) {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  return this[key] instanceof Date ? { $seconds: this[key].getTime() / 1000 } : value;
}

const describe = (error) => ({
  name: error.name,
  Code: error.Code,
  message: error.message,
  status: error.$metadata?.httpStatusCode,
  requestId: error.$metadata?.requestId,
  fault: error.$fault,
  ofService: error instanceof sdk[`${names[service]}ServiceException`],
  ofClass: typeof sdk[error.name] === "function" && error instanceof sdk[error.name],
});

async function allOf(events) {
  const seen = [];
  try {
    for await (const event of events) seen.push(event);
  } catch (error) {
    seen.push({ $error: describe(error) });
  }
  return seen;
}

async function run({ id, operation, parameters, abort_after_ms }) {
  try {
    const options = abort_after_ms ? { abortSignal: AbortSignal.timeout(abort_after_ms) } : {};
    const answer = await client.send(new sdk[`${operation}Command`](parameters), options);
    if (answer.EventStream) answer.EventStream = await allOf(answer.EventStream);
    return { id, answer };
  } catch (error) {
    return { id, error: describe(error) };
  }
}

const pending = new Set();
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const job = run(JSON.parse(line, fromWire)).then((done) => {
    process.stdout.write(JSON.stringify(done, toWire) + "\n");
    pending.delete(job);
  });
  pending.add(job);
});
await once(lines, "close");
await Promise.all(pending);
client.destroy();
