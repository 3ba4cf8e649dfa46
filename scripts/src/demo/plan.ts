import {
  brighten,
  flatPicture,
  generatePicture,
  mirror,
  nearOutsideRadius,
  reencode,
  resize,
} from "@ntd/imagehash/generated";

/** Where a report must end; fixed before anything is sent. */
export type End =
  | "removed"
  | "claimed, still present"
  | "cloaked, still present"
  | "unseen, a person is asked"
  | "nothing there, closed unopened"
  | "taken back, restored"
  | "held by police, then removed"
  | "removed, police answered"
  | "no known provider"
  | "person: NO_HIT"
  | "person: NO_HIT, priority raised"
  | "person: TOO_LITTLE_DETAIL"
  | "person: NOT_MEDIA"
  | "person: UNREACHABLE";

/** `mask` shows its pictures to browsers alone; `gate` asks everybody for a proof once a notice has left. */
export type HostName = "alpha" | "beta" | "gamma" | "mask" | "gate" | "closed";

export interface PlannedReport {
  what: string;
  host: HostName;
  /** File on the host; two reports of one file report the same address. */
  file: string;
  end: End;
  /** What the file holds; absent where an earlier report put it there, or nothing is there. */
  content?: () => Promise<Uint8Array>;
  /** Fingerprints of this listed picture are attached by the reporter. */
  attached?: number;
  /** A person has to decide first, over the command line. */
  decidedByPerson?: boolean;
  /** A person decides wrongly, and two others take it back once it was removed. */
  takenBack?: boolean;
  /** An officer asks for a moment before a person decides it; it ends by itself. */
  held?: boolean;
  /** A person decides it, and police answer what they are told of it. */
  referred?: boolean;
  /** The child whom it is about reports it. */
  isOfVictim?: boolean;
}

/** Pictures of the national set, by seed: a machine may decide on them. */
export const NATIONAL_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
/** Listed by its SHA-256 alone. */
export const EXACT_SEED = 20;
/** Pictures of a partner's set, on which a person must decide. */
export const PARTNER_SEEDS = [30];

const listed = (seed: number) => generatePicture(seed);
const edited = (seed: number, edit: (bytes: Uint8Array) => Promise<Uint8Array>) => async () => edit(await listed(seed));
const outside = (seed: number) => async () => (await nearOutsideRadius(seed)).bytes;

/** The reports of the demonstration. */
export const plannedReports: readonly PlannedReport[] = [
  {
    what: "known, re-encoded at quality 50",
    host: "alpha",
    file: "a1.jpg",
    end: "removed",
    content: edited(1, (b) => reencode(b, { quality: 50 })),
  },
  {
    what: "known, re-encoded at quality 30",
    host: "alpha",
    file: "a2.jpg",
    end: "removed",
    content: edited(2, (b) => reencode(b, { quality: 30 })),
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
    content: edited(9, (b) => reencode(b, { quality: 60 })),
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
    content: edited(12, (b) => reencode(b, { quality: 70 })),
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
    content: edited(30, (b) => reencode(b, { quality: 70 })),
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
    content: edited(14, (b) => reencode(b, { quality: 70 })),
  },
  {
    what: "claimed, shown to browsers alone",
    host: "mask",
    file: "m1.jpg",
    end: "cloaked, still present",
    content: edited(16, (b) => reencode(b, { quality: 70 })),
  },
  {
    what: "claimed, behind a challenge now",
    host: "gate",
    file: "c1.jpg",
    end: "unseen, a person is asked",
    content: edited(17, (b) => reencode(b, { quality: 70 })),
  },
  { what: "nothing there at any look", host: "alpha", file: "none.jpg", end: "nothing there, closed unopened" },
  {
    what: "known, re-encoded and resized",
    host: "beta",
    file: "b5.jpg",
    end: "removed",
    content: edited(15, async (b) => reencode(await resize(b, { width: 300 }), { quality: 60 })),
  },
];
