import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { chromium, type Browser, type Page } from "playwright-core";
import type { Found, Said, Task } from "../look/talk.ts";
import { ELEMENTS, SCROLL } from "./in-the-page.ts";

// A process of its own in the sandbox, with the browser beside it: it opens one page, says what stands there, and is
// killed. Whoever takes it over finds what it has itself: that page. What listens here is served from outside.
const [program = ""] = process.argv.slice(2);

const SWITCHES = [
  "--disk-cache-size=1",
  "--media-cache-size=1",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-zygote",
  "--no-pings",
  "--disable-quic",
  "--disable-domain-reliability",
  "--disable-crash-reporter",
  "--dns-prefetch-disable",
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
];

const listener = createServer().listen(0, "127.0.0.1");
await once(listener, "listening");
const { port } = listener.address() as { port: number };
await new Promise((sent) => process.send?.({ kind: "listening" } satisfies Said, listener, {}, sent));
// The parent has it now; two that take connections would share them.
listener.close();

try {
  const browser = await chromium.launch({
    executablePath: program,
    // It needs namespaces of its own, which nobody makes in here.
    chromiumSandbox: false,
    // Loopback too is asked of the proxy, which says no.
    proxy: { server: `http://127.0.0.1:${port}`, bypass: "<-loopback>" },
    env: { HOME: "/tmp", TMPDIR: "/tmp" },
    args: SWITCHES,
  });
  process.on("message", (task: Task) => {
    void look(browser, task).then((found) => say({ kind: "found", found }));
  });
  say({ kind: "ready", version: browser.version() });
} catch (error) {
  say({ kind: "unready", why: String(error) });
}

/** A page that loads pictures as they come into view is as long as it likes. */
const MOST_SCROLLS = 20;
/** For what a script loads once something has come into view. */
const SCROLL_MS = 100;
const QUIET_MS = 5000;
/** So long a person looks at the least: some scripts begin a moment after all else is there. */
const STAY_MS = 2500;

async function look(browser: Browser, { url, acceptLanguage, userAgent, withinMs, maxMarkup }: Task): Promise<Found> {
  const until = performance.now() + withinMs;
  const left = () => Math.max(1, until - performance.now());
  const context = await browser.newContext({
    userAgent,
    viewport: { width: 1280, height: 1024 },
    serviceWorkers: "block",
    acceptDownloads: false,
    ignoreHTTPSErrors: true,
    extraHTTPHeaders: { "Accept-Language": acceptLanguage },
  });
  const page = await context.newPage();
  // One page is looked at, not what it opens.
  context.on("page", (other) => void (other === page || other.close().catch(() => undefined)));
  const isFinished = [
    await holds(page.goto(url, { waitUntil: "domcontentloaded", timeout: left() })),
    // A page that at once goes elsewhere, or begins a download, has interrupted that and stands all the same.
    await holds(page.waitForLoadState("load", { timeout: left() })),
  ].at(-1);
  const loaded = performance.now();
  await down(page, left).catch(() => undefined);
  await delay(Math.min(left(), Math.max(0, loaded + STAY_MS - performance.now())));
  await holds(page.waitForLoadState("networkidle", { timeout: Math.min(left(), QUIET_MS) }));
  return { ...(await stands(page, maxMarkup, left())), unfinished: isFinished !== true };
}

const holds = (waiting: Promise<unknown>): Promise<boolean> =>
  waiting.then(
    () => true,
    () => false,
  );

async function down(page: Page, left: () => number): Promise<void> {
  for (let i = 0; i < MOST_SCROLLS && left() > 2000; i++) {
    if ((await page.evaluate(SCROLL)) !== true) return;
    await delay(SCROLL_MS);
  }
}

/** A page that never comes to rest answers nothing; it has so long, and what is left of its time. */
const ANSWER_MS = 4000;

async function stands(page: Page, maxMarkup: number, leftMs: number): Promise<Omit<Found, "unfinished">> {
  const late = delay(Math.max(ANSWER_MS, leftMs), undefined, { ref: false });
  const markup = await Promise.race([page.content().catch(() => undefined), late]);
  const lists = await Promise.race([
    Promise.all(
      page
        .frames()
        .slice(0, 20)
        .map((frame) => frame.evaluate(ELEMENTS).catch(() => [])),
    ),
    late,
  ]);
  const elements = (lists ?? []).flatMap((list) => list as [string, string][]);
  const url = page.url();
  return { page: { url, markup: (markup ?? "").slice(0, maxMarkup) }, elements };
}

// That the parent has gone is no fault here: the end of the channel is the end of this process.
function say(message: Said): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
