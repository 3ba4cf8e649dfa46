import {
  animate,
  brighten,
  flatPicture,
  generatePicture,
  mirror,
  nearOutsideRadius,
  reencode,
  resize,
} from "@ntd/imagehash/generated";
import type { PlannedReport } from "./planned-report.ts";

/** Pictures of the national set, by seed: a machine may decide on them. */
export const NATIONAL_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
/** Listed by its SHA-256 alone. */
export const EXACT_SEED = 20;
/** Pictures of a partner's set, on which a person must decide. */
export const PARTNER_SEEDS = [30];

const listed = (seed: number) => generatePicture(seed);
const edited = (seed: number, edit: (bytes: Uint8Array) => Promise<Uint8Array>) => async () => edit(await listed(seed));
const reencoded = (seed: number, quality: number) => edited(seed, (b) => reencode(b, { quality }));
const outside = (seed: number) => async () => (await nearOutsideRadius(seed)).bytes;

/** The reports of the demonstration. */
export const plannedReports: readonly PlannedReport[] = [
  {
    what: "known, re-encoded at quality 50",
    host: "alpha",
    file: "a1.jpg",
    end: "removed",
    content: reencoded(1, 50),
  },
  {
    what: "known, re-encoded at quality 30",
    host: "alpha",
    file: "a2.jpg",
    end: "removed",
    content: reencoded(2, 30),
  },
  {
    what: "known, as WebP",
    host: "beta",
    file: "b1.webp",
    end: "removed",
    content: edited(3, (b) => reencode(b, { format: "webp", quality: 70 })),
  },
  {
    what: "known, resized to half",
    host: "alpha",
    file: "a3.jpg",
    end: "removed",
    content: edited(4, (b) => resize(b, { width: 256 })),
  },
  {
    what: "known, resized to 400",
    host: "beta",
    file: "b2.jpg",
    end: "removed",
    content: edited(5, (b) => resize(b, { width: 400 })),
  },
  { what: "known, brightened", host: "alpha", file: "a4.jpg", end: "removed", content: edited(6, (b) => brighten(b)) },
  {
    what: "known, darkened",
    host: "beta",
    file: "b3.jpg",
    end: "removed",
    content: edited(7, (b) => brighten(b, 0.85)),
  },
  { what: "known, mirrored", host: "alpha", file: "a5.jpg", end: "removed", content: edited(8, mirror) },
  { what: "listed by exact hash", host: "beta", file: "b4.jpg", end: "removed", content: () => listed(EXACT_SEED) },
  {
    what: "known, re-encoded",
    host: "alpha",
    file: "a6.jpg",
    end: "removed",
    content: reencoded(9, 60),
  },
  { what: "the same address again", host: "alpha", file: "a6.jpg", end: "removed" },
  {
    what: "unknown, just outside the radius",
    host: "alpha",
    file: "u1.jpg",
    end: "person: NO_HIT",
    content: outside(10),
  },
  {
    what: "unknown, just outside the radius",
    host: "beta",
    file: "u2.jpg",
    end: "person: NO_HIT",
    content: outside(11),
  },
  {
    what: "unknown, unlike anything listed",
    host: "beta",
    file: "u3.jpg",
    end: "person: NO_HIT",
    content: () => listed(500),
  },
  {
    what: "too little detail",
    host: "alpha",
    file: "flat.jpg",
    end: "person: TOO_LITTLE_DETAIL",
    content: () => flatPicture(),
  },
  {
    what: "no picture",
    host: "beta",
    file: "text.jpg",
    end: "person: NOT_MEDIA",
    content: async () => Buffer.from("this is no picture\n".repeat(50)),
  },
  { what: "an address that refuses", host: "closed", file: "r.jpg", end: "person: UNREACHABLE" },
  {
    what: "known, at no known provider",
    host: "gamma",
    file: "g1.jpg",
    end: "no known provider",
    content: reencoded(12, 70),
  },
  {
    what: "innocent, a listed hash attached",
    host: "alpha",
    file: "i1.jpg",
    end: "person: NO_HIT, priority raised",
    content: () => listed(501),
    attached: 13,
  },
  {
    what: "partner's set: a person decides",
    host: "beta",
    file: "p1.jpg",
    end: "removed",
    content: reencoded(30, 70),
    decidedByPerson: true,
  },
  {
    what: "unknown, held by police",
    host: "alpha",
    file: "h1.jpg",
    end: "held by police, then removed",
    content: () => listed(503),
    held: true,
  },
  {
    what: "unknown, a child's own report",
    host: "beta",
    file: "v1.jpg",
    end: "removed, police answered",
    content: () => listed(504),
    isOfVictim: true,
    referred: true,
  },
  {
    what: "innocent, decided wrongly",
    host: "alpha",
    file: "w1.jpg",
    end: "taken back, restored",
    content: () => listed(502),
    takenBack: true,
  },
  {
    what: "claimed removed, left in place",
    host: "alpha",
    file: "stubborn.jpg",
    end: "claimed, still present",
    content: reencoded(14, 70),
  },
  {
    what: "claimed, shown to browsers alone",
    host: "mask",
    file: "m1.jpg",
    end: "cloaked, still present",
    content: reencoded(16, 70),
  },
  {
    what: "claimed, behind a challenge now",
    host: "gate",
    file: "c1.jpg",
    end: "unseen, a person is asked",
    content: reencoded(17, 70),
  },
  { what: "nothing there at any look", host: "alpha", file: "none.jpg", end: "nothing there, closed unopened" },
  {
    what: "page of three pictures, one known",
    host: "alpha",
    file: "thread.html",
    end: "off the page and off its host",
    shows: [
      { host: "beta", file: "x1.jpg", content: () => listed(505) },
      { host: "beta", file: "k1.jpg", content: reencoded(18, 70) },
      { host: "beta", file: "x2.jpg", content: () => listed(506) },
    ],
  },
  {
    what: "animation, longest frame known",
    host: "alpha",
    file: "n1.gif",
    end: "removed",
    content: async () => animate([await listed(507), await listed(19), await listed(508)], [100, 3000, 100]),
  },
  {
    what: "known, re-encoded and resized",
    host: "beta",
    file: "b5.jpg",
    end: "removed",
    content: edited(15, async (b) => reencode(await resize(b, { width: 300 }), { quality: 60 })),
  },
];
