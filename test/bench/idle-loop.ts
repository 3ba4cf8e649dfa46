// A thread whose loop does nothing but look at the clock each millisecond: how late it is shows what the machine itself
// does to whoever waits for a processor. It answers any message with the delays since the one before.
import { parentPort } from "node:worker_threads";

const PERIOD_MS = 1;
let delays: number[] = [];
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  delays.push(Math.max(0, now - last - PERIOD_MS));
  last = now;
}, PERIOD_MS);
parentPort?.on("message", () => {
  parentPort?.postMessage(delays);
  delays = [];
});
