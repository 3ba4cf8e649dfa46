import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { setTimeout as delay } from "node:timers/promises";

/** `./scripts/start` as a process, as an operator runs it. */
export interface Started extends AsyncDisposable {
  /** What it has said so far. */
  readonly said: () => string;
  /** From its start until it served. */
  readonly servingMs: number;
}

const start = join(import.meta.dirname, "../scripts/src/start.ts");
const SERVING_MS = 120_000;

/**
 * Starts the platform on the folder `data`, on free ports, and waits until it serves.
 *
 * @param configFile is written: the ports, and `more` (YAML).
 */
export async function startProgram(data: string, configFile: string, more = ""): Promise<Started> {
  await writeFile(configFile, `ports: ${JSON.stringify(await ports())}\n${more}`);
  const began = performance.now();
  const child = spawn(process.execPath, [start, "--data", data, "--config", configFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => (said += String(chunk)));
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  while (!said.includes("serving after")) {
    if (child.exitCode !== null || performance.now() - began > SERVING_MS)
      throw new Error(`it does not serve:\n${said}`);
    await delay(20);
  }
  const servingMs = performance.now() - began;
  const running = stack.move();
  return { servingMs, said: () => said, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

/** Free ones, of a process that has ended: what this one was given it would keep. */
async function ports(): Promise<Record<string, number>> {
  const names = ["nats", "fingerprint", "icse-link", "hotline-link", "hashlists", "matching", "intake", "prober"];
  names.push("casework", "takedown", "compliance");
  const program = `import { freePort } from "@ntd/embedded"; for (let i = 0; i < 11; i++) console.log(await freePort());`;
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  const free = stdout.trim().split("\n").map(Number);
  return Object.fromEntries(names.map((name, i) => [name, free[i] ?? 0]));
}
