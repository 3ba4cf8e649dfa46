import { Hit } from "@ntd/proto/matching/v1/match";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { expect, test } from "vitest";
import { onCase } from "../src/dispatches/on-case.ts";
import { envelopeOf } from "../src/notices/payload.ts";
import { addProvider, decidedCase, openTestDeps } from "./deps.ts";

const found = (rendition?: string): Hit => ({
  ...Hit.decode(new Uint8Array()),
  setRole: "SET_ROLE_POSITIVE",
  ...(rendition !== undefined && { rendition }),
});

test.each([
  ["in a later frame, the notice says in which", [found("frame 7")], "frame 7"],
  ["in the picture that stands for the file too, it says nothing", [found("frame 7"), found()], undefined],
])("found %s", async (_, hits, foundIn) => {
  await using deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
  await onCase(deps)(decidedCase(deps, "https://alpha.example/a.gif", 1, { hits }));
  const [notice] = await deps.notices.find({ limit: 1 });
  if (notice === undefined) throw new Error("no notice");
  const { targets } = NoticePayload.decode(envelopeOf(deps.sealer, notice.state).payload);
  expect(targets[0]?.foundIn).toBe(foundIn);
});
