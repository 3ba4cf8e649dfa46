import type { Head } from "../../services/prober/src/fetch/fetch.ts";
import { kindOf } from "../../services/prober/src/answer/kind.ts";
import { pageInstead } from "../../services/prober/src/answer/soft-404.ts";
import { wallOf } from "../../services/prober/src/answer/wall.ts";
import { atMost, quantile, stated, type Figure } from "./report.ts";

const PAGE_BYTES = 256 * 1024;

/** Processor time of the thread: what it costs to tell a page from a wall, and what it stands for in place of a picture. */
export async function measurePages(): Promise<Figure[]> {
  const asked = "http://pages.example/album/photo-12.jpg";
  const [page, beside, root] = [asked, "http://pages.example/album/0f3a.jpg", "http://pages.example/"].map((url, n) => {
    const head: Head = { url, status: 200, headers: new Map([["content-type", ["text/html; charset=utf-8"]]]) };
    return { asked: url, head, bytes: pageOf(n === 2 ? 2 : 1) };
  });
  if (page === undefined) throw new Error("no page");
  const walls = timesOf(() => [kindOf(page.head, page.bytes), wallOf(page.head, page.bytes)]);
  const instead = timesOf(() => pageInstead({ page, beside, root }));
  const whole = walls.map((time, n) => 3 * time + (instead[n] ?? 0));
  return [
    stated("a page of 256 KiB: kind and walls, p50", quantile(walls, 0.5), "µs"),
    stated("three pages of 256 KiB: what one stands for (soft-404), p50", quantile(instead, 0.5), "µs"),
    atMost("a page in place of a picture, all of it, p99", quantile(whole, 0.99) / 1000, "ms", 250),
  ];
}

function timesOf(call: () => unknown): number[] {
  const times: number[] = [];
  for (let n = 0; n < 80; n++) {
    const before = process.threadCpuUsage();
    call();
    const { user, system } = process.threadCpuUsage(before);
    // The first ones compile code.
    if (n >= 20) times.push(user + system);
  }
  return times;
}

/** Of 256 KiB, like a gallery's: menus, cards with links and pictures, some sentences in each, scripts. */
function pageOf(seed: number): Uint8Array {
  let state = seed;
  const drawn = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const word = () => Array.from({ length: 2 + drawn(4) }, () => SYLLABLES[drawn(SYLLABLES.length)]).join("");
  const words = (count: number) => Array.from({ length: count }, word).join(" ");
  const parts = [`<!doctype html><html><head><title>${words(4)}</title><script>var a=1;</script></head><body>`];
  let length = parts.join("").length;
  while (length < PAGE_BYTES) {
    const card = `<div class="card" id="c${drawn(1e6)}"><a href="/x/${drawn(1e6)}"><img src="/t/${drawn(1e6)}.jpg" alt="${words(3)}"></a><h3>${words(4)}</h3><p>${words(30)}</p><button>${words(1)}</button></div>\n`;
    parts.push(card);
    length += card.length;
  }
  return Buffer.from(parts.join("").slice(0, PAGE_BYTES));
}

const SYLLABLES = "ba ke li mo nu ra se ti wo xa pe du fi go hu ja".split(" ");
