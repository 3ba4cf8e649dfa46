import { runHandler } from "./handler.ts";
import type { Order, Told } from "./runner.ts";

// A process of its own that starts handlers and says how they ended. It ends with the agent: what it started then goes
// on, and is found by the next agent. The agent decides when to stop, so signals to both are the agent's alone.

const stops = new Map<number, AbortController>();

process.on("message", (order: Order) => {
  if (order.is === "stop") stops.get(order.run)?.abort();
  else void run(order);
});
process.on("disconnect", () => process.exit());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

async function run({ run: number, handler }: Extract<Order, { is: "run" }>): Promise<void> {
  const stop = new AbortController();
  stops.set(number, stop);
  const end = await runHandler({ ...handler, stop: stop.signal });
  stops.delete(number);
  const told: Told = { run: number, end };
  process.send?.(told);
}
