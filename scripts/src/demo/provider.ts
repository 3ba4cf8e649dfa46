import { createServer } from "node:http";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import type { Platform } from "../platform/platform.ts";
import { managed, type ManagedProcess } from "../platform/process.ts";

/** A hosting provider of the demonstration: a web host on a loopback address and the agent that answers its notices. */
export interface DemoProvider extends AsyncDisposable {
  readonly name: string;
  readonly domain: string;
  readonly ip: string;
  readonly port: number;
  readonly agent: ManagedProcess;
  /** Puts a file on the host and returns its address. */
  publish(file: string, bytes: Uint8Array): string;
}

/**
 * @param name the provider's id and the name of its certificate.
 * @param ip a loopback address of its own, such as 127.0.0.2.
 * @param more further environment of the agent.
 */
export async function startProvider(
  platform: Platform,
  name: string,
  ip: string,
  more: Record<string, string> = {},
): Promise<DemoProvider> {
  const dir = join(platform.bed.dir, "providers", name);
  const files = join(dir, "public");
  mkdirSync(files, { recursive: true });
  const host = await serve(files, ip);
  const domain = `${name}.example`;
  const agent = managed({
    name: `${name}'s agent`,
    main: join(import.meta.dirname, "../../../services/isp-agent/src/main.ts"),
    environment: { ...(await agentEnvironment(platform, name, dir, files)), ...more },
    logFile: join(platform.bed.dir, "logs", `agent-${name}.log`),
  });
  return {
    name,
    domain,
    ip,
    port: host.port,
    agent,
    publish(file, bytes) {
      writeFileSync(join(files, file), bytes);
      return `http://pictures.${domain}:${host.port}/${file}`;
    },
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}

async function agentEnvironment(platform: Platform, name: string, dir: string, files: string) {
  const handler = [process.execPath, join(import.meta.dirname, "./handler.ts"), files];
  return {
    NTD_ENVIRONMENT: "DEMO",
    NTD_TAKEDOWN_ADDRESS: platform.endpoints["takedown"] ?? "",
    NTD_LOG_LEVEL: "info",
    ISP_AGENT_IDENTITY_DIR: await platform.bed.identity("isp", name),
    ISP_AGENT_PROVIDER_ID: name,
    ISP_AGENT_STORE_URL: `file:${join(dir, "agent.sqlite")}`,
    ISP_AGENT_KEYS_FILE: join(dir, "keys.json"),
    ISP_AGENT_STATUS_FILE: join(dir, "status.json"),
    ISP_AGENT_HANDLER: JSON.stringify(handler),
  };
}

async function serve(files: string, ip: string) {
  const server = createServer((request, response) => {
    try {
      const bytes = readFileSync(join(files, basename(request.url ?? "")));
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
    } catch {
      response.writeHead(404).end("not found");
    }
  });
  server.listen(0, ip);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
