// Runs operations of @aws-sdk/client-sqs for a test in another process. A JSON line in:
// {"id", "operation", "parameters", "abort_after_ms"?}; a JSON line out, in the order in which they
// end: {"id", "answer"} or {"id", "error"}. Bytes travel as {"$bytes": base64}.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { once } from "node:events";

const load = createRequire(process.env.MILLRACE_NODE_MODULES + "/");
const sqs = load("@aws-sdk/client-sqs");

const client = new sqs.SQSClient({
  endpoint: process.argv[2],
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
});

const toBytes = (key, value) =>
  value && typeof value === "object" && typeof value.$bytes === "string"
    ? new Uint8Array(Buffer.from(value.$bytes, "base64"))
    : value;

const fromBytes = (key, value) =>
  value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString("base64") } : value;

const describe = (error) => ({
  name: error.name,
  Code: error.Code,
  message: error.message,
  status: error.$metadata?.httpStatusCode,
  requestId: error.$metadata?.requestId,
  fault: error.$fault,
  ofService: error instanceof sqs.SQSServiceException,
  ofClass: typeof sqs[error.name] === "function" && error instanceof sqs[error.name],
});

async function run({ id, operation, parameters, abort_after_ms }) {
  try {
    const options = abort_after_ms ? { abortSignal: AbortSignal.timeout(abort_after_ms) } : {};
    const answer = await client.send(new sqs[`${operation}Command`](parameters), options);
    return { id, answer };
  } catch (error) {
    return { id, error: describe(error) };
  }
}

const pending = new Set();
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const job = run(JSON.parse(line, toBytes)).then((done) => {
    process.stdout.write(JSON.stringify(done, fromBytes) + "\n");
    pending.delete(job);
  });
  pending.add(job);
});
await once(lines, "close");
await Promise.all(pending);
client.destroy();
