import { setTimeout as delay } from "node:timers/promises";
import { processesOf } from "../kernel/crash.ts";
import type { Ground } from "../kernel/path.ts";
import type { Fault } from "./schedule.ts";

/** Everybody who can be harmed: each service, the provider's agent, and the bus. */
export function everybody(ground: Ground): string[] {
  return [...processesOf(ground).keys(), "nats"];
}

/** Does it, waits, and undoes it. Says whether it hit: a process that did not run cannot be harmed. */
export async function harm(ground: Ground, fault: Fault): Promise<boolean> {
  return fault.whom === "nats" ? harmBus(ground, fault) : harmProcess(ground, fault);
}

// A frozen server in a container cannot be woken through every engine: the bus is killed or restarted.
async function harmBus({ platform }: Ground, { harm: how, forMs }: Fault): Promise<boolean> {
  await platform.machine.nats.kill(how === "restart" ? "SIGTERM" : "SIGKILL");
  await delay(forMs);
  await platform.machine.nats.restart();
  return true;
}

async function harmProcess(ground: Ground, { whom, harm: how, forMs }: Fault): Promise<boolean> {
  const process = processesOf(ground).get(whom);
  if (process === undefined || process.pid === 0) return false;
  if (how === "stop") return frozen(process.pid, forMs);
  await process.kill(how === "kill" ? "SIGKILL" : "SIGTERM");
  await delay(forMs);
  process.start();
  return true;
}

async function frozen(pid: number, forMs: number): Promise<boolean> {
  process.kill(pid, "SIGSTOP");
  await delay(forMs);
  process.kill(pid, "SIGCONT");
  return true;
}
