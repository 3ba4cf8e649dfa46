import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { Signer } from "@ntd/service";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aPayload, aSigner, aTarget, PROVIDER, signed } from "../../test/notices.ts";
import { verify, type Expected } from "./verify.ts";

const dir = mkdtempSync(join(tmpdir(), "ntd-verify-"));
afterAll(() => rmSync(dir, { recursive: true }));

const now = new Date("2026-11-24T08:00:00Z");
let signer: Signer;
let old: Signer;
beforeAll(async () => {
  signer = await aSigner(dir, "2026-11");
  old = await aSigner(dir, "2026-10");
});

const expected = (change: Partial<Expected> = {}): Expected => ({
  keys: { keys: [signer.publicJwk, old.publicJwk] },
  now,
  providerId: PROVIDER,
  environment: "TEST",
  ...change,
});
const payload = (change: Partial<NoticePayload> = {}) => aPayload({ issuedTime: now, ...change });
const isRefused = (reason: string) => ({ is: "refused", reason });

test("a genuine notice is read from exactly the bytes that were signed, by any key of the set", async () => {
  for (const key of [signer, old]) {
    const sent = payload();
    expect(await verify(await signed(key, sent), expected())).toEqual({ is: "genuine", payload: sent });
  }
});

test("size is looked at first, even of rubbish", async () => {
  const notice = await signed(signer, payload());
  const large = { ...notice, payload: new Uint8Array(512 * 1024 + 1) };
  expect(await verify(large, expected())).toEqual(isRefused("too_large"));
  expect(await verify({ ...notice, signature: "x".repeat(4097) }, expected())).toEqual(isRefused("too_large"));
});

test.each(["", "x", "..", "e30..x", "bnVsbA..x", `${Buffer.from('{"kid":7}').toString("base64url")}..x`])(
  "a signature that names no known key is refused: %j",
  async (signature) => {
    const notice = { ...(await signed(signer, payload())), signature };
    expect(await verify(notice, expected())).toEqual(isRefused("unknown_key"));
  },
);

test("one changed byte anywhere in the payload is refused as a bad signature", async () => {
  const notice = await signed(signer, payload());
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: notice.payload.length - 1 }), fc.integer({ min: 1, max: 255 }), async (i, bits) => {
      const changed = Uint8Array.from(notice.payload, (byte, at) => (at === i ? byte ^ bits : byte));
      expect(await verify({ ...notice, payload: changed }, expected())).toEqual(isRefused("bad_signature"));
    }),
    { numRuns: runs(40) },
  );
});

test("bytes that were signed as something else are no notice", async () => {
  const notice = await signed(signer, payload(), { typ: "release+jws" });
  expect(await verify(notice, expected())).toEqual(isRefused("bad_signature"));
});

test("signed rubbish is unreadable", async () => {
  const bytes = Uint8Array.of(255, 255, 255);
  const notice = { ...(await signed(signer, payload())), payload: bytes };
  const signature = await signer.sign(bytes, "ntd-notice+jws");
  expect(await verify({ ...notice, signature }, expected())).toEqual(isRefused("unreadable"));
});

test("clocks may differ by five minutes", async () => {
  const issued = async (seconds: number) =>
    verify(await signed(signer, payload({ issuedTime: new Date(now.getTime() + seconds * 1000) })), expected());
  expect(await issued(300)).toMatchObject({ is: "genuine" });
  expect(await issued(301)).toEqual(isRefused("issued_in_the_future"));
  // An old notice is as binding as on its first day.
  expect(await issued(-3 * 365 * 86_400)).toMatchObject({ is: "genuine" });
});

test.each(["", PROVIDER, "providers/north-2", "providers/"])("addressee %j is another", async (addressee) => {
  expect(await verify(await signed(signer, payload({ addressee })), expected())).toEqual(
    isRefused("another_addressee"),
  );
});

test("LIVE takes LIVE alone, and nothing else takes LIVE", async () => {
  const verdict = async (of: "DEMO" | "TEST" | "LIVE", environment: "DEMO" | "TEST" | "LIVE") =>
    verify(await signed(signer, payload({ environment: `ENVIRONMENT_${of}` })), expected({ environment }));
  expect(await verdict("LIVE", "LIVE")).toMatchObject({ is: "genuine" });
  for (const [of, own] of [
    ["LIVE", "TEST"],
    ["LIVE", "DEMO"],
    ["DEMO", "LIVE"],
    ["TEST", "LIVE"],
  ] as const) {
    expect(await verdict(of, own), `${of} at ${own}`).toEqual(isRefused("another_environment"));
  }
});

const page = (urls: string[]) => ({ ...aTarget("http://north.example/7"), embedded: { urls } });
const twice = aTarget("http://north.example/1.jpg");
test.each<[string, Partial<NoticePayload>]>([
  ["no UUID for an id", { noticeId: "../../etc" }],
  ["revision 0", { revision: 0 }],
  ["no time of issue", { issuedTime: undefined }],
  ["no kind", { kind: "NOTICE_KIND_UNSPECIFIED" }],
  ["no action", { requestedAction: "ACTION_UNSPECIFIED" }],
  ["no environment", { environment: "ENVIRONMENT_UNSPECIFIED" }],
  ["no targets", { targets: [] }],
  ["a target without an id", { targets: [{ ...twice, targetId: "" }] }],
  ["a target without an address", { targets: [{ ...twice, url: "" }] }],
  ["a target twice", { targets: [twice, twice] }],
  ["what is embedded unnamed", { requestedAction: "ACTION_REMOVE_EMBEDDED" }],
  ["what is embedded named by nothing", { requestedAction: "ACTION_REMOVE_EMBEDDED", targets: [page([])] }],
  ["a page that is to go for what it embeds", { targets: [page(["http://files.example/1.png"])] }],
  ["a negative period", { complyWithin: { seconds: -1n, nanos: 0 } }],
  ["a period beyond every calendar", { complyWithin: { seconds: 2n ** 62n, nanos: 0 } }],
  ["to be kept beyond every calendar", { preserveFor: { seconds: 2n ** 62n, nanos: 0 } }],
])("%s does not fit the schema", async (_, change) => {
  expect(await verify(await signed(signer, payload(change)), expected())).toEqual(isRefused("schema"));
});

test("a suspension is as genuine as a removal", async () => {
  for (const requestedAction of ["ACTION_SUSPEND", "ACTION_RESTORE"] as const) {
    const sent = payload({ requestedAction, revision: 2 });
    expect(await verify(await signed(signer, sent), expected())).toEqual({ is: "genuine", payload: sent });
  }
});

test("what is embedded in a page is to go, and to be restored, by its own address", async () => {
  for (const requestedAction of ["ACTION_REMOVE_EMBEDDED", "ACTION_RESTORE", "ACTION_SUSPEND"] as const) {
    const sent = payload({ requestedAction, targets: [page(["http://files.example/1.png"])] });
    expect(await verify(await signed(signer, sent), expected())).toEqual({ is: "genuine", payload: sent });
  }
});

test("an action that this release does not know is not acted on", async () => {
  const notice = await signed(signer, payload());
  // Field 8, requested_action, as a number that no release has given out.
  const bytes = Uint8Array.from([...notice.payload, 0x40, 0x7f]);
  const signature = await signer.sign(bytes, "ntd-notice+jws");
  expect(await verify({ ...notice, payload: bytes, signature }, expected())).toEqual(isRefused("schema"));
});

test("an envelope around another notice's bytes is refused", async () => {
  const notice = await signed(signer, payload());
  const other = await signed(signer, payload());
  expect(await verify({ ...notice, noticeId: other.noticeId }, expected())).toEqual(isRefused("schema"));
  expect(await verify({ ...notice, revision: 2 }, expected())).toEqual(isRefused("schema"));
});
