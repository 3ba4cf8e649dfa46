import type { Fingerprint, Rendition } from "@ntd/proto/common/v1/common";
import type { Content } from "@ntd/proto/prober/v1/target";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contentOf as example } from "../../test/examples.ts";
import { knowsRenditions, likeness } from "./likeness.ts";

const known = example(1, 0);

/** Content of other bytes whose PDQ hash differs from the known one in `bits` bits. */
function apart(bits: number): Content {
  const value = new Uint8Array(32);
  for (let bit = 0; bit < bits; bit++) value[bit >> 3] = (value[bit >> 3] ?? 0) | (1 << (bit & 7));
  const fingerprints = example(2).fingerprints.map((f) => (f.algorithm === "ALGORITHM_PDQ" ? { ...f, value } : f));
  return { ...example(2), fingerprints };
}

test("nothing to compare with", () => expect(likeness(undefined, known)).toBe("first"));
test("the same bytes", () => expect(likeness(known, structuredClone(known))).toBe("identical"));

test("the radius of 31 bits is the border", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 256 }), (bits) => {
      expect(likeness(known, apart(bits))).toBe(bits <= 31 ? "same" : "other");
    }),
  );
});

test("a mirrored picture is the same material", () => {
  const mirrored = { ...known, pdqForms: [...known.pdqForms, { form: "flipY", value: new Uint8Array(32).fill(255) }] };
  expect(likeness(mirrored, example(3, 255))).toBe("same");
  expect(likeness(known, example(3, 255))).toBe("other");
});

test("bytes that are the same but were not decoded this time are the same", () => {
  const bare: Content = { ...known, fingerprints: known.fingerprints.slice(0, 1), pdqForms: [], recipe: "" };
  expect(likeness(known, bare)).toBe("same");
  expect(likeness(bare, known)).toBe("same");
});

test("two pages of other bytes are other", () => {
  const page = (sha: number): Content => ({
    ...example(sha),
    fingerprints: example(sha).fingerprints.slice(0, 1),
    pdqForms: [],
  });
  expect(likeness(page(1), page(2))).toBe("other");
});

test("a hash of another length is never near", () => {
  const short: Fingerprint = { algorithm: "ALGORITHM_PDQ", value: new Uint8Array(0), quality: 100 };
  expect(likeness(known, { ...example(2), fingerprints: [short] })).toBe("other");
});

/** What shows other pictures besides, each told by one number and how much it says. */
function showing(content: Content, ...shown: readonly [pdq: number, quality?: number][]): Content {
  const renditions = shown.map(([fill, quality = 100], at): Rendition => {
    const value = new Uint8Array(32).fill(fill);
    const fingerprints: Fingerprint[] = [{ algorithm: "ALGORITHM_PDQ", value, quality }];
    const flags = { nominatesOnly: false, tooLittleDetail: quality < 50 };
    const forms = [{ form: "original", value }];
    return {
      kinds: ["RENDITION_KIND_FRAME"],
      frame: at + 1,
      shownFor: undefined,
      fingerprints,
      pdqForms: forms,
      ...flags,
    };
  });
  return { ...content, renditions };
}

test("a frame that both show is the same material, wherever it stands", () => {
  const seen = showing(example(1, 0), [255], [0b1010_1010]);
  expect(likeness(seen, showing(example(2, 0b1100_1100), [0b1010_1010]))).toBe("same");
  expect(likeness(seen, example(3, 255))).toBe("same");
  expect(likeness(example(3, 255), seen)).toBe("same");
  expect(likeness(seen, showing(example(2, 0b1100_1100), [0b1111_0000]))).toBe("other");
});

test("frames that show next to nothing are none that both show", () => {
  const seen = showing(example(1, 0), [255, 49]);
  expect(likeness(seen, showing(example(2, 0b1100_1100), [255, 100]))).toBe("other");
  expect(likeness(seen, showing(example(2, 0b1100_1100), [255, 0]))).toBe("other");
});

test("the same bytes of which an earlier release did not know what they show besides are to be told anew", () => {
  const { renditions: _, ...earlier } = known;
  expect(likeness(earlier as Content, showing(known, [255]))).toBe("same");
  expect(likeness(earlier as Content, earlier as Content)).toBe("identical");
  expect(knowsRenditions(earlier as Content)).toBe(false);
});

/** A film of other bytes than any other, whose frames are told by one number each. */
let files = 100;
function film(...frames: readonly [pdq: number, quality?: number][]): Content {
  const shown = frames.map(([fill, quality = 100], at) => ({
    time: { seconds: BigInt(at), nanos: 0 },
    pdq: new Uint8Array(32).fill(fill),
    quality,
    isSceneChange: false,
    tooLittleDetail: quality < 50,
  }));
  const bytes = example(++files).fingerprints.slice(0, 1);
  return {
    ...example(1),
    fingerprints: bytes,
    pdqForms: [],
    film: { frames: shown, duration: undefined, isCut: false },
  };
}
/** Numbers that are far apart as hashes. */
const [A, B, C, D, E] = [0b0000_0000, 0b1111_1111, 0b1010_1010, 0b1100_1100, 0b1111_0000] as const;

test("a film coded anew, cut, or within another one is the same material", () => {
  const seen = film([A], [B], [C], [D]);
  for (const same of [film([A], [B], [C], [D]), film([B], [C]), film([E], [E], [E], [E], [C], [D])]) {
    expect(likeness(seen, same)).toBe("same");
    expect(likeness(same, seen)).toBe("same");
  }
});

test("what opens all films of a host makes none of them another one, and black frames say nothing", () => {
  expect(likeness(film([A], [B], [C]), film([A], [D], [E]))).toBe("other");
  expect(likeness(film([A, 0], [A, 0], [B]), film([A, 0], [A, 0], [C]))).toBe("other");
  expect(likeness(film([A, 0]), film([A, 0]))).toBe("other");
});

test("an animation that is shown as a film is the same material, and so is one frame of it", () => {
  const animation = showing(example(1, A), [B], [C]);
  expect(likeness(animation, film([D], [B]))).toBe("same");
  expect(likeness(film([D], [B]), animation)).toBe("same");
  expect(likeness(film([D], [E]), animation)).toBe("other");
});

test("the same bytes whose frames were looked at only now are to be told anew", () => {
  const seen = film([A], [B]);
  const { film: _, ...earlier } = seen;
  expect(likeness(earlier, seen)).toBe("same");
  expect(likeness(seen, earlier)).toBe("same");
  expect(likeness(seen, structuredClone(seen))).toBe("identical");
});

test("long films are compared in little time", () => {
  const long = (from: number) => film(...Array.from({ length: 1000 }, (_, at) => [from + (at % 5)] as [number]));
  const begun = process.cpuUsage();
  expect(likeness(long(0), long(240))).toBe("other");
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(500);
});
