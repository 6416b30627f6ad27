// A producer (sqs-producer) and a worker (sqs-consumer) in one process, as a program would have
// them. Arguments: the endpoint, a queue's URL, how many messages. The worker fails once with each
// fifth message, which then comes back. Prints what was handled, in order, when all is done.
import { createRequire } from "node:module";

const load = createRequire(process.env.MILLRACE_NODE_MODULES + "/");
const { SQSClient } = load("@aws-sdk/client-sqs");
const { Consumer } = load("sqs-consumer");
const { Producer } = load("sqs-producer");

const [endpoint, queueUrl, count] = process.argv.slice(2);
const region = "us-east-1";
const sqs = new SQSClient({
  endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
const fifo = queueUrl.endsWith(".fifo");
const messages = Array.from({ length: Number(count) }, (_, i) => ({
  id: `id-${i}`,
  body: `${i} <&> \u20ac`,
  messageAttributes: { number: { DataType: "Number", StringValue: `${i}` } },
  ...(fifo && { groupId: `g${i % 3}`, deduplicationId: `once-${i}` }),
}));

const failed = new Set();
const handled = [];
let deleted = 0;
const consumer = Consumer.create({
  queueUrl, region, sqs,
  batchSize: 10,
  waitTimeSeconds: 1,
  visibilityTimeout: 30,
  terminateVisibilityTimeout: true,
  messageAttributeNames: ["All"],
  suppressFifoWarning: true,
  handleMessage: async (message) => {
    const number = Number(message.MessageAttributes.number.StringValue);
    if (number % 5 === 0 && !failed.has(number)) {
      failed.add(number);
      throw new Error("not this time");
    }
    handled.push(message.Body);
    return message;
  },
});
consumer.on("error", (error) => { console.error(error); process.exit(1); });
consumer.on("processing_error", (error) => {
  if (!error.message.includes("not this time")) { console.error(error); process.exit(1); }
});
consumer.on("message_processed", () => {
  if (++deleted === messages.length) consumer.stop();
});
consumer.on("stopped", () => {
  console.log(JSON.stringify({ handled, failed: [...failed] }));
  sqs.destroy();
});
consumer.start();
await Producer.create({ queueUrl, region, sqs }).send(messages);
