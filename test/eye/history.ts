import fc from "fast-check";
import { gzipSync } from "node:zlib";
import type { Asked, Show } from "./host.ts";
import { html, picture, shows, status, to, type Pictures } from "./shows.ts";

export const EYES = ["browser", "declared", "abroad"] as const;
export type EyeName = (typeof EYES)[number];

/** What everybody else finds at the address. */
export type Content = "material" | "404" | "410" | "replaced" | "removed page";
/** What stands between one eye and it. A cloak looks like a removal, a block does not. */
export type Way = "open" | "challenge" | "403" | "reset" | "cloak 404" | "cloak picture";
/** How the content comes: nothing of this changes what is there. */
export type Dress = "plain" | "gzip" | "status 404" | "moved" | "re-encoded";

/** What is true at an address, and how it looks from each eye. */
export interface World {
  content: Content;
  dress: Dress;
  ways: Record<EyeName, Way>;
}

const anyContent = fc.constantFrom<Content>("material", "material", "404", "410", "replaced", "removed page");
const anyDress = fc.constantFrom<Dress>("plain", "plain", "gzip", "status 404", "moved", "re-encoded");
const anyWay = fc.constantFrom<Way>("open", "open", "open", "challenge", "403", "reset", "cloak 404", "cloak picture");

/** Somebody could still tell: not every eye is cloaked from, or nothing could tell it from a removal. */
const canBeTold = ({ ways }: World) => EYES.some((eye) => !isCloak(ways[eye]));
const anyWorld = fc
  .record({
    content: anyContent,
    dress: anyDress,
    ways: fc.record({ browser: anyWay, declared: anyWay, abroad: anyWay }),
  })
  .filter(canBeTold);

const isCloak = (way: Way) => way.startsWith("cloak");

/** How a history ends, held for as long as it takes to tell. */
export type Tail = "removed" | "there" | "nobody sees";

export interface History {
  worlds: World[];
  tail: Tail;
  /** An eye that is blocked from some time on, for ever. */
  blocked: { eye: EyeName; from: number } | undefined;
}

/** Slots of a history before its tail. */
const LONGEST = 14;

export const anyHistory: fc.Arbitrary<History> = fc.record({
  worlds: fc
    .array(fc.tuple(anyWorld, fc.integer({ min: 1, max: 5 })), { minLength: 2, maxLength: 5 })
    .map((held) => held.flatMap(([world, slots]) => Array.from({ length: slots }, () => world)).slice(0, LONGEST)),
  tail: fc.constantFrom<Tail>("removed", "removed", "there", "nobody sees"),
  blocked: fc.option(fc.record({ eye: fc.constantFrom(...EYES), from: fc.nat(10) }), { nil: undefined, freq: 3 }),
});

/** The world in a slot of a history; behind its worlds comes its tail. */
export function worldAt({ worlds, tail, blocked }: History, slot: number): World {
  const end: Record<Tail, World> = {
    removed: { content: "404", dress: "plain", ways: open },
    there: { content: "material", dress: "plain", ways: open },
    "nobody sees": {
      content: "material",
      dress: "plain",
      ways: { browser: "challenge", declared: "403", abroad: "reset" },
    },
  };
  const world = worlds[slot] ?? end[tail];
  if (blocked === undefined || slot < blocked.from) return world;
  return { ...world, ways: { ...world.ways, [blocked.eye]: "challenge" } };
}

const open: World["ways"] = { browser: "open", declared: "open", abroad: "open" };

/** The host of a world, as each eye meets it. */
export function showing(now: () => World, pictures: Pictures, served: (eye: EyeName) => void): Show {
  const contents: Record<Exclude<Content, "material">, Show> = {
    "404": status(404),
    "410": status(410),
    replaced: picture(pictures.other),
    "removed page": html(REMOVED),
  };
  return (asked) => {
    const { content, dress, ways } = now();
    const way = ways[eyeOf(asked)];
    if (way !== "open") return inTheWay(way, pictures)(asked);
    if (content !== "material") return contents[content](asked);
    served(eyeOf(asked));
    return dressed(dress, pictures)(asked);
  };
}

/** What the host says of what does not exist. */
export const REMOVED =
  "<!doctype html><title>Removed</title><h1>Removed</h1><p>This picture is not here any more, and will not come back.</p>";

function eyeOf({ isBrowser, from }: Asked): EyeName {
  if (!isBrowser) return "declared";
  return from === "abroad" ? "abroad" : "browser";
}

function inTheWay(way: Exclude<Way, "open">, { flat }: Pictures): Show {
  const ways: Record<Exclude<Way, "open">, Show> = {
    challenge: html("<!doctype html><title>Just a moment...</title>", {
      status: 403,
      headers: { "cf-mitigated": "challenge" },
    }),
    "403": status(403),
    reset: shows("reset"),
    "cloak 404": status(404),
    "cloak picture": picture(flat),
  };
  return ways[way];
}

function dressed(dress: Dress, { known, reencoded }: Pictures): Show {
  const material = picture(known);
  const dresses: Record<Dress, Show> = {
    plain: material,
    gzip: picture(gzipSync(known), { headers: { "Content-Encoding": "gzip" } }),
    "status 404": picture(known, { status: 404 }),
    moved: (asked) => (asked.path.includes("?") ? material(asked) : to(`${asked.path}?moved`, {}, 301)),
    "re-encoded": picture(reencoded),
  };
  return dresses[dress];
}
