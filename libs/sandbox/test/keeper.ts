import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { innermost, prepareSandbox, type SandboxKind } from "../src/index.ts";

// A service that keeps a program of strangers: starts the attempts in the sandbox that it is told (or in none at all,
// to show that they succeed there), hands on what it is sent and prints what it hears, a JSON line each.
const [wish = "open", cpuSeconds = "300", room] = process.argv.slice(2);
const module = fileURLToPath(new URL("./attempts.ts", import.meta.url));

const say = (what: object) => void process.stdout.write(`${JSON.stringify(what)}\n`);
const sandbox =
  wish === "open"
    ? { kind: "open", why: "", start: () => fork(module, { serialization: "advanced", execArgv: [] }) }
    : await prepareSandbox(
        {
          command: [process.execPath, module],
          env: {},
          files: [module, new URL("../package.json", import.meta.url).pathname],
          limits: { dataMb: 900, cpuSeconds: Number(cpuSeconds) },
          ipc: true,
          ...(room !== undefined && { room: { tempMb: 8, tasks: 200 } }),
        },
        wish as SandboxKind | "auto",
      );
const child = sandbox.start();
child.stderr?.pipe(process.stderr);
await once(child, "message");
say({ kind: sandbox.kind, why: sandbox.why, pid: innermost(child.pid ?? 0), keeper: process.pid });
child.on("message", say);
child.once("exit", () => {
  say({ exited: true });
  process.exitCode = 0;
});
process.stdin.on("data", (line) => child.send(JSON.parse(String(line)) as object));
