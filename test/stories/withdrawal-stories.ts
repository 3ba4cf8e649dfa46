import { randomUUID } from "node:crypto";
import { generatePicture } from "@ntd/imagehash/generated";
import type { Cause, ImpactedCase } from "@ntd/proto/casework/v1/impact";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { RpcClient } from "@ntd/rpc";
import { eventually, type Pairing } from "@ntd/testing";
import { expect, test } from "vitest";
import { payloadOf, watchAs, type Isp } from "./isp.ts";
import { listedFingerprints } from "./seed.ts";
import { DOMAINS, startStage, type Stage } from "./stage.ts";

type Withdrawals = RpcClient<typeof WithdrawalServiceService>;

const ofNational: Cause = { what: { $case: "setId", value: "national" } };

/** Entries that are taken back, told the same by each pairing of servers. */
export function withdrawalStories(pairing: Pairing): void {
  test(
    "two entries that caused 40 notices at 8 providers are taken back: 12 have another basis and stand, 28 are restored by one word",
    { timeout: 300_000 },
    async () => {
      await using stage = await startStage({ pairing });
      const [wrong, listedTwice] = [await generatePicture(71), await generatePicture(72)];
      await stage.list("national", [wrong, listedTwice]);
      await stage.list("second", [listedTwice]);
      for (const name of DOMAINS) await stage.registerProvider(name, name);
      await using watching = new AsyncDisposableStack();
      const isps: Isp[] = [];
      for (const name of DOMAINS) isps.push(watching.use(await watchAs(stage, name)));
      const urls = (from: number, count: number, picture: Uint8Array) =>
        Array.from({ length: count }, (_, n) => {
          stage.host.put(`/${from + n}.jpg`, Buffer.from(picture));
          return stage.url(DOMAINS[n % DOMAINS.length] ?? "", `/${from + n}.jpg`);
        });
      const [alone, carried] = [urls(0, 28, wrong), urls(100, 12, listedTwice)];
      await reportAll(stage, [...alone, ...carried]);
      const asked = async (of: readonly string[], action: string) => {
        const newest = new Map<string, string>();
        for (const notice of isps.flatMap(({ received }) => received).toSorted((a, b) => a.revision - b.revision)) {
          const { targets, requestedAction } = payloadOf(notice);
          newest.set(targets[0]?.url ?? "", requestedAction);
        }
        return of.filter((url) => newest.get(url) === action).length;
      };
      const untilAsked = (of: readonly string[], action: string) =>
        eventually(`${action} ${of.length} times`, async () => (await asked(of, action)) === of.length, 120_000);
      await untilAsked([...alone, ...carried], "ACTION_REMOVE");

      const casework = await stage.client(WithdrawalServiceService, "casework", "assessor", "dora");
      const [force] = (await casework.getImpact({ cause: ofNational })).counts;
      expect(force).toMatchObject({ standing: "STANDING_IN_FORCE", count: 40, restingCount: 28 });

      await revoke(stage, "national", "REVOCATION_CAUSE_WRONG_FILE", [wrong, listedTwice]);
      await untilAsked(alone, "ACTION_SUSPEND");
      expect(await standings(casework)).toEqual({ STANDING_IN_DOUBT: 28, STANDING_IN_FORCE: 12 });
      const { pictures } = await casework.listWithdrawals({ cause: ofNational, pageSize: 0, pageToken: "" });
      expect(pictures).toMatchObject([{ caseCount: 28, decidedOtherwiseCount: 0, ownWordCount: 0 }]);
      const amina = await stage.client(WithdrawalServiceService, "casework", "assessor", "amina");
      const named = { cause: ofNational, pictures: pictures.map(({ picture }) => picture), reason: "a cartoon" };
      await expect(amina.confirmWithdrawals({ requestId: randomUUID(), ...named })).rejects.toMatchObject({
        reason: "SAME_PERSON",
      });
      expect(await casework.confirmWithdrawals({ requestId: randomUUID(), ...named })).toEqual({
        withdrawnCount: 28,
        leftCount: 0,
        changedPictures: [],
      });
      await untilAsked(alone, "ACTION_RESTORE");

      await revoke(stage, "second", "REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR", [listedTwice]);
      await eventually("nothing is hit any more", () => hitsNothing(stage, casework));
      expect(await standings(casework)).toEqual({ STANDING_WITHDRAWN: 28, STANDING_IN_FORCE: 12 });
      expect(await asked(carried, "ACTION_REMOVE")).toBe(12);
    },
  );
}

async function reportAll(stage: Stage, urls: readonly string[]): Promise<void> {
  const of = { observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const, fingerprints: [] };
  await stage.report(urls[0] ?? "", { targets: urls.map((url) => ({ url, ...of })) });
}

async function revoke(stage: Stage, setId: string, cause: RevocationCause, pictures: readonly Uint8Array[]) {
  const amina = await stage.client(HashListServiceService, "hashlists", "maintainer", "amina");
  const fingerprints = await listedFingerprints(pictures);
  await amina.revokeEntries({ requestId: randomUUID(), setId, entryIds: [], fingerprints, reason: "mistake", cause });
}

async function hitsNothing(stage: Stage, casework: Withdrawals): Promise<boolean> {
  const dora = await stage.client(CaseServiceService, "casework", "assessor", "dora");
  const { cases } = await casework.listImpact({ cause: ofNational, pageSize: 200, pageToken: "" });
  const views = await Promise.all(cases.map(({ caseId }) => dora.getCase({ by: { $case: "caseId", value: caseId } })));
  return views.every(({ case: view }) => view?.case?.hits.length === 0);
}

async function standings(casework: Withdrawals): Promise<Record<string, number>> {
  const { cases } = await casework.listImpact({ cause: ofNational, pageSize: 200, pageToken: "" });
  const count = (of: ImpactedCase["standing"]) => cases.filter(({ standing }) => standing === of).length;
  return Object.fromEntries([...new Set(cases.map(({ standing }) => standing))].map((one) => [one, count(one)]));
}
