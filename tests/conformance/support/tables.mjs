// A stand-in for DynamoDB, where the Kinesis Client Library keeps its leases. Prints its port, and
// ends when its input does.
import { createRequire } from "node:module";

const load = createRequire(process.env.MILLRACE_NODE_MODULES + "/");
const server = load("dynalite")({ createTableMs: 1, updateTableMs: 1, deleteTableMs: 1 });
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
