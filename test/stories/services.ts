import { readBrowserConfig } from "@ntd/browser/config";
import { start as startBrowser } from "@ntd/browser/service";
import { readCaseworkConfig } from "@ntd/casework/config";
import { start as startCasework } from "@ntd/casework/service";
import { readComplianceConfig } from "@ntd/compliance/config";
import { start as startCompliance } from "@ntd/compliance/service";
import { readExchangeConfig } from "@ntd/exchange/config";
import { start as startExchange } from "@ntd/exchange/service";
import { readFeedConfig } from "@ntd/feed/config";
import { start as startFeed } from "@ntd/feed/service";
import { readFingerprintConfig } from "@ntd/fingerprint/config";
import { start as startFingerprint } from "@ntd/fingerprint/service";
import { readHashlistsConfig } from "@ntd/hashlists/config";
import { start as startHashlists } from "@ntd/hashlists/service";
import { readHotlineLinkConfig } from "@ntd/hotline-link/config";
import { start as startHotlineLink } from "@ntd/hotline-link/service";
import { readIcseLinkConfig } from "@ntd/icse-link/config";
import { start as startIcseLink } from "@ntd/icse-link/service";
import { readIntakeConfig } from "@ntd/intake/config";
import { start as startIntake } from "@ntd/intake/service";
import { readMatchingConfig } from "@ntd/matching/config";
import { start as startMatching } from "@ntd/matching/service";
import { readProberConfig } from "@ntd/prober/config";
import { start as startProber } from "@ntd/prober/service";
import type { Clock } from "@ntd/service";
import type { TestBed } from "@ntd/testing";
import { readTakedownConfig } from "@ntd/takedown/config";
import { start as startTakedown } from "@ntd/takedown/service";

type Environment = Record<string, string>;
type Running = AsyncDisposable & { address: string };
type Start = (environment: Environment, clock: Clock) => Promise<Running>;

/** How each service is started in this process, on a clock that the test moves. */
export const starts = {
  fingerprint: (environment) => startFingerprint(readFingerprintConfig(environment)),
  "icse-link": (environment) => startIcseLink(readIcseLinkConfig(environment)),
  "hotline-link": (environment, clock) => startHotlineLink(readHotlineLinkConfig(environment), { clock }),
  hashlists: (environment, clock) => startHashlists(readHashlistsConfig(environment), { clock }),
  matching: (environment, clock) => startMatching(readMatchingConfig(environment), { clock }),
  intake: (environment, clock) => startIntake(readIntakeConfig(environment), { clock }),
  prober: (environment, clock) => startProber(readProberConfig(environment), { clock }),
  casework: (environment, clock) => startCasework(readCaseworkConfig(environment), { clock }),
  takedown: (environment, clock) => startTakedown(readTakedownConfig(environment), { clock }),
  compliance: (environment, clock) => startCompliance(readComplianceConfig(environment), { clock }),
} satisfies Record<string, Start>;

export type ServiceName = keyof typeof starts;

/** Beside them where a story asks for it: it keeps nothing, and finds the hosts of the story as the prober does. */
export async function startBrowserEye(
  bed: TestBed,
  listen: string,
  hostsFile: string,
  clock: Clock,
): Promise<AsyncDisposable> {
  const environment = {
    NTD_ENVIRONMENT: "TEST",
    BROWSER_IDENTITY_DIR: await bed.identity("service", "browser"),
    BROWSER_LISTEN: listen,
    NTD_LOG_LEVEL: process.env["NTD_TEST_LOG"] ?? "silent",
    BROWSER_HOSTS_FILE: hostsFile,
    BROWSER_ALLOW_NETWORKS: "127.0.0.0/8",
    BROWSER_ALLOW_PORTS: "1-65535",
  };
  return startBrowser(readBrowserConfig(environment), { clock });
}

/** Beside them where a story asks for it: connectors that pull lists of partners, as the file names them. */
export async function startConnectors(
  bed: TestBed,
  listen: string,
  { connectorsFile, hashlistsAddress }: { connectorsFile: string; hashlistsAddress: string },
  clock: Clock,
): Promise<AsyncDisposable> {
  const environment = await bed.environment("exchange", {
    LISTEN: listen,
    CONNECTORS_FILE: connectorsFile,
    ALLOW_NETWORKS: "127.0.0.0/8",
    ALLOW_PORTS: "1024-65535",
  });
  return startExchange(readExchangeConfig({ ...environment, NTD_HASHLISTS_ADDRESS: hashlistsAddress }), { clock });
}

/** Beside them where a story asks for it: what partners get of lists. */
export async function startFeeds(bed: TestBed, listen: string, hashlistsAddress: string): Promise<Running> {
  const environment = await bed.environment("feed", { LISTEN: listen });
  return startFeed(readFeedConfig({ ...environment, NTD_HASHLISTS_ADDRESS: hashlistsAddress }));
}
