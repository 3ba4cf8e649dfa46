import { randomUUID } from "node:crypto";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listedFingerprints, uploadOf } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const maintainer = (name: string) => stage.client(HashListServiceService, "hashlists", "maintainer", name);
const reviser = (name: string) => stage.client(RevocationServiceService, "hashlists", "maintainer", name);
const pictures = (from: number, count: number) =>
  Promise.all(Array.from({ length: count }, (_, n) => generatePicture(from + n, { width: 320, height: 240 })));

/** A report of a copy of a picture, at a path of its own. */
async function reported(path: string, picture: Uint8Array): Promise<string> {
  stage.host.put(path, await reencode(picture));
  return await stage.report(stage.url("alpha", path));
}

const untilCase = (report: string, state: string) =>
  eventually(`case ${state}`, async () => {
    const { case: found } = await stage.facts(report);
    return found?.state === state && found;
  });

async function revoke(name: string, setId: string, taken: readonly Uint8Array[]) {
  const fingerprints = await listedFingerprints(taken);
  const about = { setId, entryIds: [], fingerprints, reason: "listed by mistake" };
  const cause = "REVOCATION_CAUSE_WRONG_FILE" as const;
  const { revocation } = await (await maintainer(name)).revokeEntries({ requestId: randomUUID(), ...about, cause });
  return revocation;
}

test("a list taken back by instalments stops at the eleventh entry; what was given back is found again, and no machine decides for it", async () => {
  const all = await pictures(700, 14);
  await stage.list("instalments", all);
  const [first = all[0], last = all[0]] = [all[0], all[11]];
  if (first === undefined || last === undefined) throw new Error("there are pictures");
  const [taken, kept] = [await reported("/700.jpg", first), await reported("/711.jpg", last)];
  for (const report of [taken, kept]) await untilCase(report, "CASE_STATE_AUTO_DECIDED");
  for (let at = 0; at < 10; at += 2) {
    expect((await revoke("amina", "instalments", all.slice(at, at + 2)))?.state).toBe("REVOCATION_STATE_EFFECTIVE");
  }
  const eleventh = await revoke("amina", "instalments", [last]);
  expect(eleventh).toMatchObject({ state: "REVOCATION_STATE_PENDING", takenAloneCount: 10n });
  await untilCase(taken, "CASE_STATE_QUEUED");
  expect((await stage.facts(kept)).case?.state).toBe("CASE_STATE_AUTO_DECIDED");
  const withdrawn = { requestId: randomUUID(), revocationId: eleventh?.revocationId ?? "" };
  expect((await (await reviser("budi")).withdrawRevocation(withdrawn)).revocation?.withdrawnBy).toBe("maintainer/budi");

  const fingerprints = await listedFingerprints([first]);
  const about = { setId: "instalments", entryIds: [], fingerprints, reason: "it was right" };
  const { restoration } = await (await reviser("amina")).restoreEntries({ requestId: randomUUID(), ...about });
  const back = { requestId: randomUUID(), revocationId: restoration?.revocationId ?? "" };
  await (await reviser("budi")).approveRestoration(back);
  const again = await eventually("it is hit again", async () => {
    const { case: found } = await stage.facts(taken);
    return found !== undefined && found.hits.length > 0 && found;
  });
  expect(again).toMatchObject({ state: "CASE_STATE_QUEUED", queueReason: "QUEUE_REASON_BASIS_REVOKED" });
  await untilCase(await reported("/700-again.jpg", first), "CASE_STATE_AUTO_DECIDED");
});

test("one person does not bring an earlier list back; two do, and what came since is matched no more", async () => {
  const [old, fresh] = await pictures(720, 2);
  if (old === undefined || fresh === undefined) throw new Error("there are pictures");
  const earlier = await stage.list("rolled", [old]);
  await stage.list("rolled", [old, fresh]);
  const report = await reported("/721.jpg", fresh);
  await untilCase(report, "CASE_STATE_AUTO_DECIDED");
  const [amina, budi] = [await maintainer("amina"), await maintainer("budi")];
  await expect(budi.activateRelease({ requestId: randomUUID(), releaseId: earlier })).rejects.toThrow("two persons");
  const wanted = { setId: "rolled", rollbackToReleaseId: earlier, reason: "the newer one is wrong" };
  const { change } = await budi.proposeSetChange({ requestId: randomUUID(), ...wanted });
  const word = { requestId: randomUUID(), setId: "rolled", changeId: change?.changeId ?? "" };
  await expect(budi.approveSetChange(word)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  expect((await stage.facts(report)).case?.hits).not.toEqual([]);
  await amina.approveSetChange(word);
  // A list that drops an entry says nothing about what was decided.
  await eventually("its hit ends", async () => (await stage.facts(report)).case?.hits.length === 0);
  expect((await stage.facts(report)).case?.state).toBe("CASE_STATE_AUTO_DECIDED");
  await untilCase(await reported("/720.jpg", old), "CASE_STATE_AUTO_DECIDED");
});

test("a feed that tombstones a tenth takes nothing back before two approvers know how much; a set that is retired matches no more", async () => {
  const all = await pictures(740, 30);
  await stage.list("feed", all);
  const [gone, kept] = [all[0], all[29]];
  if (gone === undefined || kept === undefined) throw new Error("there are pictures");
  const [report, other] = [await reported("/740.jpg", gone), await reported("/769.jpg", kept)];
  for (const one of [report, other]) await untilCase(one, "CASE_STATE_AUTO_DECIDED");
  const values = (await listedFingerprints(all)).map(({ value }) => Buffer.from(value).toString("hex"));
  const rows = values.map((value, n) => `pdq,${value},100,national,csam,3,p${n},,${n < 11 ? "wrong-file" : ""}`);
  const csv = ["algorithm,value,quality,scheme,code,votes,source_id,size,revoked", ...rows, ""].join("\n");
  const [amina, budi, ann] = [await maintainer("amina"), await maintainer("budi"), await maintainer("ann")];
  const { release } = await amina.uploadRelease(uploadOf("feed", csv));
  const named = { releaseId: release?.releaseId ?? "" };
  const first = await budi.approveRelease({ requestId: randomUUID(), ...named });
  expect(first.release?.state).toBe("RELEASE_STATE_QUARANTINED");
  expect((await budi.compareRelease(named)).comparison).toMatchObject({ takenBack: 11n });
  const unsure = { requestId: randomUUID(), ...named, confirmRemoved: 11n };
  await expect(ann.approveRelease(unsure)).rejects.toMatchObject({ fields: [{ field: "confirm_taken_back" }] });
  expect((await stage.facts(report)).case?.state).toBe("CASE_STATE_AUTO_DECIDED");
  await ann.approveRelease({ ...unsure, requestId: randomUUID(), confirmTakenBack: 11n });
  await untilCase(report, "CASE_STATE_QUEUED");

  const { change } = await amina.proposeSetChange({
    requestId: randomUUID(),
    setId: "feed",
    retire: true,
    reason: "over",
  });
  await budi.approveSetChange({ requestId: randomUUID(), setId: "feed", changeId: change?.changeId ?? "" });
  await eventually("its hit ends", async () => (await stage.facts(other)).case?.hits.length === 0);
  expect((await stage.facts(other)).case?.state).toBe("CASE_STATE_AUTO_DECIDED");
  const late = await reported("/769-again.jpg", kept);
  expect(await untilCase(late, "CASE_STATE_QUEUED")).toMatchObject({ hits: [] });
});
