import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** One nats-server: its program, folder, port and the name by which it greets. */
export type Process = { bin: string; dir: string; port: number; name: string };

// Detached: an interrupt from the keyboard is for the process that started it, which ends the server last. setpriv
// (util-linux) has the kernel end the server when that process is killed and cannot; start it from the main thread.
export function spawnServer({ bin, dir }: Process): ChildProcess {
  const command = existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--", bin] : [bin];
  const log = openSync(join(dir, "nats.log"), "a");
  const child = spawn(command[0] ?? bin, [...command.slice(1), "-c", join(dir, "nats.conf")], {
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  return child;
}

/** Waits until it serves; ends it and throws with the end of its log when it does not. */
export async function greeted(child: ChildProcess, { dir, port, name }: Process): Promise<void> {
  let failure = running(child) ? "" : `it ended with ${child.signalCode ?? child.exitCode ?? "no process"}`;
  child.once("error", (error) => (failure = error.message));
  child.once("exit", (code, signal) => (failure ||= `it ended with ${signal ?? code}`));
  const deadline = performance.now() + startupMs;
  while (!(await greeting(port)).includes(name)) {
    if (!failure && performance.now() > deadline) failure = `it did not serve within ${startupMs / 1000} seconds`;
    if (failure) {
      await end(child, "SIGKILL");
      throw new Error(`nats-server did not start: ${failure}\n${await lastLines(join(dir, "nats.log"))}`);
    }
    await delay(20);
  }
}

const startupMs = 20_000;
const graceMs = 5_000;

// The server speaks first and gives its name, so that another process on this port is not taken for it.
async function greeting(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, timeout: 1_000 });
  socket.on("timeout", () => socket.destroy());
  try {
    let text = "";
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.includes("\r\n")) break;
    }
    return text;
  } catch {
    return "";
  } finally {
    socket.destroy();
  }
}

export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!running(child)) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(force);
}

export function running(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function lastLines(path: string): Promise<string> {
  return (await readFile(path, "utf8")).trimEnd().split("\n").slice(-5).join("\n");
}
