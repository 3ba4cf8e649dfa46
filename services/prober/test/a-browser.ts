import {
  BrowserServiceService,
  LookProblem,
  type Looked,
  type LookRequest,
  type LookResponse,
} from "@ntd/proto/browser/v1/browser_service";
import { service, startRpcServer } from "@ntd/rpc";
import { createLog, Health } from "@ntd/service";
import { freePort } from "@ntd/embedded";
import type { ProberBed } from "./bed.ts";

/** What a browser has loaded of a page, by paths of the host; "hangs": it never says. */
export type Loads = Partial<Looked> | "hangs";

export const loaded = (at: ProberBed, ...paths: string[]): Partial<Looked> => ({
  media: paths.map((path) => ({
    url: path.startsWith("http") ? path : at.urlOf(path),
    mediaType: "image/jpeg",
    byteCount: 9n,
    sha256: new Uint8Array(),
    element: "img",
  })),
});

/** The page with this markup, once its scripts have run. */
export const stands = (at: ProberBed, path: string, markup: string): Partial<Looked> => ({
  document: { url: at.urlOf(path), status: 200, headers: [], markup },
});

/** The side of the browser, played by the test: what it says of pages, by their paths. */
export async function aBrowser(at: ProberBed, stack: AsyncDisposableStack) {
  const listen = `127.0.0.1:${await freePort()}`;
  const identityDir = await at.bed.identity("service", "browser");
  const log = createLog("browser", "silent");
  const health = stack.use(new Health(log));
  const pages = new Map<string, Loads>();
  const asked: string[] = [];
  /** What it was told of each address that a page wanted. */
  const told = new Map<string, boolean>();
  async function* look(requests: AsyncIterable<LookRequest>): AsyncGenerator<LookResponse> {
    let found: Partial<Looked> = {};
    let wanted: string[] = [];
    for await (const { step } of requests) {
      if (step?.$case === "lookAt") {
        const path = new URL(step.value.address).pathname;
        asked.push(path);
        const loads = pages.get(path) ?? {};
        if (loads === "hangs") continue;
        found = loads;
        wanted = (loads.media ?? []).map(({ url }) => url);
      } else if (step?.$case === "connectAnswer") told.set(wanted.shift() ?? "", step.value.mayConnect);
      const [url] = wanted;
      if (url === undefined) {
        yield { step: { $case: "looked", value: { ...nothing, ...found } } };
        return;
      }
      yield { step: { $case: "connectQuestion", value: { number: 1, url, ips: ["127.0.0.1"] } } };
    }
  }
  const access = { "/ntd.browser.v1.BrowserService/Look": ["service/prober" as const] };
  const server = stack.use(
    await startRpcServer({ listen, identityDir, access, health, log }, [service(BrowserServiceService, { look })]),
  );
  const stop = () => server[Symbol.asyncDispose]();
  return { address: listen.replace("127.0.0.1", "localhost"), pages, asked, told, stop };
}

const nothing: Looked = {
  problem: LookProblem.UNSPECIFIED,
  document: undefined,
  media: [],
  truncated: false,
  refusedCount: 0,
};
