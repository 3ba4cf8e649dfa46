import { Case, Decision } from "@ntd/proto/casework/v1/case";
import { Target } from "@ntd/proto/prober/v1/target";
import { Notice, type Notice as NoticeOf } from "@ntd/proto/takedown/v1/notice";
import { describe, expect, test } from "vitest";
import { standing, type Picture } from "./follow.ts";

const nothing = new Uint8Array();
const embedded = { items: [{ targetId: "picture", address: undefined }] };
const decision = { ...Decision.decode(nothing), embedded };
const nobody = { unattributed: new Set<string>(), unseen: new Set<string>() };

function notice(action: NoticeOf["action"], isGone: boolean): NoticeOf {
  const answer = { outcome: "OUTCOME_REMOVED" as const };
  const target = { targetId: "", answers: [answer], goneTime: isGone ? new Date(0) : undefined };
  return { ...Notice.decode(nothing), action, state: "NOTICE_STATE_ANSWERED", targets: [target as never] };
}

function pageWith(page: NoticeOf, picture: NoticeOf | undefined): Picture {
  const found = { ...Target.decode(nothing), targetId: "picture", foundOnTargetId: "page" };
  return {
    reports: new Map(),
    targets: new Map([["picture", found]]),
    cases: new Map([["page", { ...Case.decode(nothing), decision }]]),
    notices: new Map([["page", page], ...(picture ? [["picture", picture] as const] : [])]),
  };
}

describe("given a page that was decided for what it embeds", () => {
  const off = notice("ACTION_REMOVE_EMBEDDED", true);
  const where = (page: NoticeOf, picture?: NoticeOf) => standing(pageWith(page, picture), "page", nobody);

  test("it has ended once the picture is off the page, and off its own host", () => {
    expect(where(off, notice("ACTION_REMOVE", true)).end).toBe("off the page and off its host");
  });

  test("it goes on while either is there, or the picture's host has no notice", () => {
    const still = notice("ACTION_REMOVE_EMBEDDED", false);
    expect(where(off, notice("ACTION_REMOVE", false))).toEqual({
      where: "off the page, still on its host",
      end: undefined,
    });
    expect(where(still, notice("ACTION_REMOVE", true)).where).toBe("page's notice answered, off its host");
    expect(where(off).end).toBeUndefined();
  });

  test("a notice that asked for the page itself is no end", () => {
    expect(where(notice("ACTION_REMOVE", true), notice("ACTION_REMOVE", true)).end).toBeUndefined();
  });
});
