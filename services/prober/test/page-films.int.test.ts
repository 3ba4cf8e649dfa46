import type { Running } from "@ntd/host";
import type { Page } from "@ntd/proto/prober/v1/page";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ProberConfig } from "../src/config.ts";
import { openProberBed, type ProberBed } from "./bed.ts";
import { filmNamed } from "./films-service.ts";
import { itemIdOf, untilOnPage } from "./on-pages.ts";

const MIB = 1024 * 1024;

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

async function prober(given: Partial<ProberConfig> = {}): Promise<Running> {
  const running = await at.startProber(given);
  onTestFinished(() => running[Symbol.asyncDispose]());
  return running;
}

const serve = (path: string, body: Buffer) =>
  at.files.set(path, (_, response) => void response.writeHead(200, { "content-length": body.length }).end(body));
async function shown(path: string, body: string): Promise<Page> {
  at.pages.set(path, `<html><body>${body}</body></html>`);
  await at.report(path);
  return untilOnPage(at, path, () => true);
}
const itemOf = ({ items }: Page, path: string) => items.find(({ targetId }) => targetId === itemIdOf(at, path));

test("films of a page are judged by their frames, wherever it names them, beside its pictures", async () => {
  await prober();
  const paths = ["/v/1.mp4", "/v/2.webm", "/v/3.mov"];
  for (const [n, path] of paths.entries()) serve(path, filmNamed("abcdef".slice(n), MIB + n));
  at.pages.set("/v/poster.jpg", "picture 5 5");
  const page = await shown(
    "/v/page",
    `<video src="/v/1.mp4" poster="/v/poster.jpg"></video><video><source src="/v/2.webm"></video><a href="/v/3.mov">x</a>`,
  );
  for (const [n, path] of paths.entries()) {
    expect(itemOf(page, path)).toMatchObject({ reason: "PROBE_REASON_UNSPECIFIED", content: { sizeBytes: MIB + n } });
    expect(itemOf(page, path)?.content?.film?.frames).toHaveLength(6 - n);
  }
  expect(itemOf(page, "/v/poster.jpg")?.reason).toBe("PROBE_REASON_UNSPECIFIED");
  expect(page.counts).toMatchObject({ found: 4, judged: 4, truncated: false });
});

test("a film larger than what its page has left is not read; one that cannot be decoded has its hashes", async () => {
  await prober({ pageBytes: 4 * MIB });
  serve("/w/large.mp4", filmNamed("abcd", 5 * MIB));
  serve("/w/small.mp4", filmNamed("", MIB));
  at.pages.set("/w/1.jpg", "picture 6 6");
  const page = await shown(
    "/w/page",
    `<video src="/w/large.mp4"></video><video src="/w/small.mp4"></video><img src="/w/1.jpg">`,
  );
  expect(itemOf(page, "/w/large.mp4")).toMatchObject({ reason: "PROBE_REASON_FILM_TOO_LARGE", content: undefined });
  expect(itemOf(page, "/w/small.mp4")).toMatchObject({ reason: "PROBE_REASON_FILM_BROKEN" });
  expect(itemOf(page, "/w/small.mp4")?.content?.fingerprints).toHaveLength(3);
  expect(itemOf(page, "/w/1.jpg")?.reason).toBe("PROBE_REASON_UNSPECIFIED");
});

test("a film whose turn does not come within its page's time is not asked for now, and all else is judged", async () => {
  await prober({ pageMs: 3000 });
  at.files.set("/x/slow.mp4", (_, response) => {
    response.writeHead(200, { "content-length": 3 * MIB }).write(filmNamed("abcd", 2 * MIB));
  });
  serve("/x/other.mp4", filmNamed("abcd", MIB));
  at.pages.set("/x/1.jpg", "picture 7 7");
  const page = await shown(
    "/x/page",
    `<video src="/x/slow.mp4"></video><video src="/x/other.mp4"></video><img src="/x/1.jpg">`,
  );
  expect(itemOf(page, "/x/1.jpg")?.reason).toBe("PROBE_REASON_UNSPECIFIED");
  const reasons = ["/x/slow.mp4", "/x/other.mp4"].map((path) => itemOf(page, path)?.reason);
  expect(reasons).toContain("PROBE_REASON_TIMED_OUT");
  expect(page.counts).toMatchObject({ found: 3 });
});
