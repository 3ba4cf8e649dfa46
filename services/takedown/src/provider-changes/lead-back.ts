import { tryEach } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { leadBack } from "../dispatches/dispatch.ts";
import { settleWaiting } from "../dispatches/settle.ts";
import type { Notice } from "../notices/notice.ts";
import { openSuspension } from "../notices/suspension.ts";
import { ledBack, type ProviderChange } from "./provider-change.ts";

const PAGE = 200;

/** Puts before a person what is open of providers that were retired. Each step may be begun again at any point. */
export async function leadBackDue(deps: Deps, stop: AbortSignal): Promise<void> {
  const due = { where: { leadBackAt: { lte: deps.clock.now() } }, orderBy: "leadBackAt" } as const;
  await tryEach(deps.providerChanges.pages(due, PAGE), stop, async ({ id, state }) => {
    const isDoubted = await leadBackAll(deps, state);
    await change(deps.providerChanges, id, (known) => {
      const next = known && ledBack(known, isDoubted, deps.clock.now());
      return next === undefined || next === known ? undefined : { state: next };
    });
  });
}

/** @returns whether something was left out, since its decision is in doubt. */
async function leadBackAll(deps: Deps, { providerId, changeId }: ProviderChange): Promise<boolean> {
  const provider = await deps.providers.load(providerId);
  // Somebody has put it again since.
  if (provider?.state.retired === undefined || provider.state.changes.at(-1)?.changeId !== changeId) return false;
  let isDoubted = false;
  for await (const page of deps.notices.pages({ where: { openAt: providerId } }, PAGE)) {
    for (const { state } of page) {
      if (isInDoubt(state)) isDoubted = true;
      else await leadBackOne(deps, state.dispatchId, state.noticeId);
    }
  }
  // Their notices are not made yet.
  const unfinished = { where: { unfinishedUntil: { gte: new Date(0) } }, orderBy: "unfinishedUntil" } as const;
  for await (const page of deps.dispatches.pages(unfinished, PAGE)) {
    for (const { id, state } of page) {
      for (const addressee of state.addressees) {
        if (addressee.providerId === providerId) await leadBackOne(deps, id, addressee.noticeId);
      }
    }
  }
  return isDoubted;
}

function isInDoubt(notice: Notice): boolean {
  return notice.suspended === true || openSuspension(notice) !== undefined;
}

async function leadBackOne(deps: Deps, dispatchId: string, noticeId: string): Promise<void> {
  const told = await change(deps.dispatches, dispatchId, (dispatch) => {
    const next = dispatch && leadBack(dispatch, noticeId, deps.clock.now());
    return next === undefined || next === dispatch ? undefined : { state: next };
  });
  if (told !== undefined) await settleWaiting(deps, told);
}
