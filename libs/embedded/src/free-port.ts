import { createServer, type ListenOptions } from "node:net";

/**
 * A free port of loopback that no other process of ours will be given while this one lives: between asking and using it
 * seconds may pass, and tests run side by side. Outside the range from which the system hands out ports, so that it
 * stays free over a restart.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await takePort(port)) return port;
  }
}

/** Takes this very port of loopback, as `freePort` takes one; false when somebody has it. */
export async function takePort(port: number): Promise<boolean> {
  return (await reserved(port)) && (await listens({ port, host: "127.0.0.1" }, "close"));
}

// An abstract socket (Linux) is a lock that ends with its process.
function reserved(port: number): Promise<boolean> {
  return listens({ path: `\0ntd-port-${port}` }, "keep");
}

function listens(where: ListenOptions, then: "close" | "keep"): Promise<boolean> {
  const server = createServer();
  server.unref();
  return new Promise((settle) => {
    server.once("error", () => settle(false));
    server.listen(where, () => (then === "close" ? server.close(() => settle(true)) : settle(true)));
  });
}
