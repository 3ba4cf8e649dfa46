import { once } from "node:events";
import { createServer } from "node:net";

// Stands in for the browser's keeper in the sandbox, where a browser does not start behind what listens.
const listener = createServer().listen(0, "127.0.0.1");
await once(listener, "listening");
await new Promise((sent) => process.send?.({ kind: "listening" }, listener, {}, sent));
process.send?.({ kind: "unready", why: "no browser" });
// Until it is ended: what was handed out is not taken yet.
setInterval(() => undefined, 60_000);
