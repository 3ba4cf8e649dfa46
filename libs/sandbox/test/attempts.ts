import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { openSync, readFileSync, readSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";

/** What is to be reached from inside; the test makes it, and shows that it can be reached without a sandbox. */
export interface Targets {
  keyFile: string;
  plainFile: string;
  port: number;
  socket: string;
  folders: string[];
  parent: number;
}

/** Where the test hands its keeper an open key. */
const HANDED_FD = 7;
const MANY_BYTES = 500 * 1024 * 1024;

/** What a program does that somebody took over by a picture. Each resolves if it succeeds, else says why not. */
const attempts: Record<string, (at: Targets) => unknown> = {
  "read a key": ({ keyFile }) => readFileSync(keyFile),
  "read a file that everybody may read": ({ plainFile }) => readFileSync(plainFile),
  "read /etc/passwd": () => readFileSync("/etc/passwd"),
  "read the service's environment": ({ parent }) => readFileSync(`/proc/${parent}/environ`),
  "read its settings": () => required(process.env["NTD_SECRET"]),
  "read what the service was handed open": () => required(readSync(HANDED_FD, Buffer.alloc(9)) > 0),
  "read the service's memory": ({ parent }) => openSync(`/proc/${parent}/mem`, "r"),
  "signal the service": ({ parent }) => process.kill(parent, 0),
  "connect over TCP": ({ port }) => connected({ port, host: "127.0.0.1" }),
  "connect to a socket": ({ socket }) => connected({ path: socket }),
  listen: async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    server.close();
  },
  "send a datagram": async ({ port }) => {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.send("x", port, "127.0.0.1", (error) => (error ? reject(error) : resolve()));
    });
    socket.close();
  },
  "start a process": () => {
    const { error, status } = spawnSync(process.execPath, ["--version"]);
    if (error) throw error;
    return required(status === 0);
  },
  "take much memory": () => Buffer.alloc(MANY_BYTES, 1),
  ...Object.fromEntries(
    [0, 1, 2].map((i) => [
      `write into folder ${i}`,
      ({ folders }: Targets) => {
        const file = `${folders[i]}/written-from-inside`;
        writeFileSync(file, "");
        rmSync(file);
      },
    ]),
  ),
};

function required(value: unknown): void {
  if (value === undefined || value === false) throw new Error("is not there");
}

async function connected(to: { port: number; host: string } | { path: string }): Promise<void> {
  const socket = connect(to);
  await once(socket, "connect");
  socket.destroy();
}

process.on("message", (message: { targets: Targets } | { spin: true }) => {
  if ("spin" in message) for (;;);
  void tryAll(message.targets).then((reached) => process.send?.({ uid: process.getuid?.(), reached }));
});
// Who was taken over does not end because its parent has.
setInterval(() => undefined, 1000);
process.send?.({ ready: true });

async function tryAll(targets: Targets): Promise<string[]> {
  const reached: string[] = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt(targets);
      reached.push(name);
    } catch {
      // Refused.
    }
  }
  return reached;
}
