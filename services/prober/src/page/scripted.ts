import { setTimeout as pause } from "node:timers/promises";
import { wallOf } from "../answer/wall.ts";
import type { Eye } from "../fetch/eye.ts";
import { languagesOf } from "../fetch/profile.ts";
import { hostPlace, networkPlace } from "../fetch/rooms.ts";
import type { Visit } from "../look/look.ts";
import type { BrowserSight, LookWithBrowser } from "./browser-eye.ts";
import { Found, type Medium } from "../media/found.ts";
import { mediaOf } from "../media/media.ts";
import type { Scripted } from "./together.ts";

export interface ScriptedDeps {
  /** Absent: no browser is there to run the scripts of a page. */
  lookWithBrowser?: LookWithBrowser | undefined;
  /** So long a page waits for it. */
  browserMs: number;
}

/** So long a request waits for room at its host. */
const ROOM_MS = 10_000;
const ROOM_AGAIN_MS = 200;

/**
 * Looks at the page in a browser, if the eye is one that this stands for. All that it connects to is asked about, has room
 * and is on the register as is what the eye connects to itself.
 *
 * @throws what `visit.stop` aborts with, and Problem PEER_UNAVAILABLE where nobody can tell whether it may be asked.
 */
export async function scripted(
  { lookWithBrowser, browserMs }: ScriptedDeps,
  url: string,
  visit: Visit,
  leftMs: number,
): Promise<Scripted> {
  if (lookWithBrowser === undefined || !isOfBrowser(visit.eye)) return { media: [], truncated: false, isPartial: true };
  const room = visit.room();
  try {
    const mayConnect: Visit["mayConnect"] = async (to) => {
      const places = [hostPlace(new URL(to.url).hostname), ...to.ips.map(networkPlace)];
      if (!(await hasRoom(room.enter, places, visit.stop))) return false;
      if (!(await (to.url === url ? visit.mayConnect : visit.mayShow)(to))) return false;
      visit.onRequest({ url: to.url, ip: to.ips[0] ?? "" });
      return true;
    };
    const acceptLanguage = languagesOf(visit.eye.country);
    const withinMs = Math.max(1, Math.min(browserMs, leftMs));
    return await mediaIn(await lookWithBrowser({ url, acceptLanguage, mayConnect, withinMs, stop: visit.stop }), url);
  } finally {
    room.leave();
  }
}

/** The browser leaves by this machine's own network, asks its resolver, and goes by the name of Chrome. */
function isOfBrowser({ profile, via, dns }: Eye): boolean {
  return profile === "browser" && via.is === "direct" && dns === undefined;
}

async function hasRoom(enter: Visit["enter"], places: readonly string[], stop: AbortSignal): Promise<boolean> {
  const giveUp = performance.now() + ROOM_MS;
  while (!places.every((place) => enter(place))) {
    if (performance.now() >= giveUp) return false;
    await pause(ROOM_AGAIN_MS, undefined, { signal: stop });
  }
  return true;
}

async function mediaIn({ media, document, truncated, isPartial }: BrowserSight, url: string): Promise<Scripted> {
  if (document === undefined) return { media: loadedBy(url, media), truncated, isPartial };
  const { head, markup } = document;
  const wall = wallOf(head, Buffer.from(markup));
  if (wall !== undefined) return { media: [], truncated: false, isPartial: true, wall };
  const inMarkup = await mediaOf(markup, head.url);
  const all = [...inMarkup.media, ...loadedBy(head.url, media)];
  return { media: all, truncated: truncated || inMarkup.truncated, isPartial };
}

/** By the rules for what stands in markup. */
function loadedBy(url: string, media: readonly Medium[]): readonly Medium[] {
  const page = new URL(url);
  const found = new Found(page);
  for (const { url: text, element } of media) found.add({ text, element, weight: "img" }, page);
  return found.counted().media;
}
