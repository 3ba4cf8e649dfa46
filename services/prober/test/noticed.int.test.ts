import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Notice, NoticeTarget, type NoticeState } from "@ntd/proto/takedown/v1/notice";
import { MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { expect, onTestFinished, test } from "vitest";
import { openCollections } from "../src/store.ts";
import { onNotice } from "../src/targets/on-notice.ts";
import { at } from "./examples.ts";

const nothing = new Uint8Array();
const OPEN = ["ISSUED", "UNDELIVERABLE", "REJECTED", "ACKNOWLEDGED", "ANSWERED", "SUSPENDED"];
const OVER = ["VERIFIED_GONE", "CLOSED", "WITHDRAWN", "RESTORED"];

test("a notice is open until it is over, while it is suspended, too", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-noticed-"));
  const store = await openStore(`file:${join(dir, "store")}`);
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  const { targets } = await openCollections(store);
  const hear = onNotice({ targets, clock: new MovableClock(at(1)), wake: () => undefined });
  const address = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
  for (const state of [...OPEN, ...OVER]) {
    const target = { ...NoticeTarget.decode(nothing), targetId: state, episode: 1, address };
    const data = {
      ...Notice.decode(nothing),
      noticeId: `n ${state}`,
      providerId: "p",
      state: `NOTICE_STATE_${state}` as NoticeState,
      issuedTime: at(0),
      targets: [target],
    };
    await hear({ id: "e", verb: "observed", time: at(1), aggregateId: data.noticeId, version: 1, data });
    const [mark] = (await targets.load(state))?.state.notices ?? [];
    expect([mark?.open, mark?.suspended ?? false]).toEqual([OPEN.includes(state), state === "SUSPENDED"]);
  }
});
