import { join } from "node:path";
import type { Platform } from "../platform/platform.ts";
import { managed, type ManagedProcess } from "../platform/process.ts";
import { startHost, type DemoHost } from "./host.ts";

/** A hosting provider of the demonstration: a web host and the agent that answers its notices. */
export interface DemoProvider extends DemoHost {
  readonly agent: ManagedProcess;
}

/** Where the platform is found, and the provider's own folder. */
type Place = Pick<Platform, "endpoints"> & { machine: Pick<Platform["machine"], "dir" | "identity"> };

/**
 * @param name the provider's id and the name of its certificate.
 * @param ip a loopback address of its own, such as 127.0.0.2.
 * @param more further environment of the agent.
 */
export async function startProvider(
  platform: Place,
  name: string,
  ip: string,
  more: Record<string, string> = {},
): Promise<DemoProvider> {
  const dir = join(platform.machine.dir, "providers");
  const host = await startHost(dir, name, ip);
  const agent = managed({
    name: `${name}'s agent`,
    main: join(import.meta.dirname, "../../../services/isp-agent/src/main.ts"),
    environment: { ...(await agentEnvironment(platform, name, join(dir, name), host.files)), ...more },
    logFile: join(platform.machine.dir, "logs", `agent-${name}.log`),
  });
  return {
    ...host,
    agent,
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}

async function agentEnvironment(platform: Place, name: string, dir: string, files: string) {
  const handler = [process.execPath, join(import.meta.dirname, "./handler.ts"), files];
  return {
    NTD_ENVIRONMENT: "DEMO",
    NTD_TAKEDOWN_ADDRESS: platform.endpoints["takedown"] ?? "",
    NTD_LOG_LEVEL: "info",
    ISP_AGENT_IDENTITY_DIR: await platform.machine.identity("isp", name),
    ISP_AGENT_PROVIDER_ID: name,
    ISP_AGENT_STORE_URL: `file:${join(dir, "agent.sqlite")}`,
    ISP_AGENT_KEYS_FILE: join(dir, "keys.json"),
    ISP_AGENT_STATUS_FILE: join(dir, "status.json"),
    ISP_AGENT_HANDLER: JSON.stringify(handler),
  };
}
