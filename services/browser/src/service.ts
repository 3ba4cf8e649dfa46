import { Resolver } from "node:dns/promises";
import { startService, type Overrides, type Running } from "@ntd/host";
import { BrowserServiceService } from "@ntd/proto/browser/v1/browser_service";
import { service } from "@ntd/rpc";
import { hostsFile, noHosts, publicOrIn, type DnsResolver } from "@ntd/wayout";
import { access } from "./access.ts";
import type { BrowserConfig } from "./config.ts";
import { browserSandbox } from "./look/browser-sandbox.ts";
import { Eye } from "./look/eye.ts";
import { ownCertificate } from "./proxy/certificate.ts";
import { look } from "./rpc-look.ts";

const MIB = 1024 * 1024;
/** For a turn behind others and the start of a browser. */
const BESIDE_MS = 60_000;

export function start(config: BrowserConfig, overrides: Overrides & { dns?: DnsResolver } = {}): Promise<Running> {
  return startService({
    name: "browser",
    config,
    overrides,
    access,
    maxMessageBytes: 8 * MIB,
    callMs: { "/ntd.browser.v1.BrowserService/Look": config.lookMs + BESIDE_MS },
    open: async ({ use, health, log, clock }) => {
      const sandbox = await browserSandbox(config);
      // Whoever looks has other eyes: that this one is absent is said, and makes nothing unwell.
      health.degrade("browser:ABSENT", typeof sandbox === "string");
      if (typeof sandbox === "string") {
        log.warn({ why: sandbox }, "there is no browser to look with");
        return { eye: undefined, kind: "none" };
      }
      const ways = {
        dns: overrides.dns ?? new Resolver({ timeout: 3000, tries: 2 }),
        hosts: config.hostsFile === "" ? noHosts : hostsFile(config.hostsFile),
        allowed: publicOrIn(config.allowNetworks),
      };
      const certificate = ownCertificate(clock.now());
      return { eye: use(new Eye({ config, sandbox, ways, certificate })), kind: sandbox.kind };
    },
    facts: ({ kind }) => ({ sandbox: kind }),
    serve: ({ eye }) => [
      service(BrowserServiceService, { look: (requests, context) => look(eye, requests, context.signal) }),
    ],
  });
}
