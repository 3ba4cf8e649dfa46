import { cp } from "node:fs/promises";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import { ERASED, sealerFromFile } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import {
  complain,
  contact,
  description,
  erase,
  keysFile,
  noticed,
  reviewOf,
  shown,
  storesOf,
  text,
  whileDown,
} from "./erasing.ts";
import { outcomes, sealedIn } from "./sealed-texts.ts";
import { startStage } from "./stage.ts";

test("one class of texts is erased, in every service and in a copy of before, and all others are read as they were", async () => {
  await using stage = await startStage();
  const { bed } = stage;
  const picture = await generatePicture(97);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  const { url, noticeId } = await noticed(stage, picture, "/erased.jpg");
  await complain(stage, url);
  const { caseId, targetId } = await eventually("its case", async () => (await bed.published(nouns.case)).at(-1)?.data);
  const { reviewId } = await reviewOf(stage, targetId);
  const ids = { caseId, noticeId, reviewId };
  const whole = {
    case: url,
    described: [description, []],
    review: [url, text, contact],
    notice: [noticeId, true],
  };
  expect(await shown(stage, ids)).toEqual(whole);

  const backup = join(bed.dir, "backup");
  const rest = (folder: string) => outcomes(sealedIn(folder), sealerFromFile(keysFile(bed)));
  await whileDown(stage, async () => {
    await cp(storesOf(bed), backup, { recursive: true });
    const before = rest(backup);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        ...["intake", "prober", "casework", "takedown"].map((service) => `${service} address`),
        ...["intake", "casework"].flatMap((service) => [`${service} contact`, `${service} words`]),
      ]),
    );
    expect(new Set(Object.values(before).flat())).toEqual(new Set(["open"]));

    await erase(stage, "contact");
    const without = Object.fromEntries(
      Object.keys(before).map((of) => [of, of.endsWith(" contact") ? ["SEALING_KEY_MISSING"] : ["open"]]),
    );
    expect(rest(storesOf(bed))).toEqual(without);
    expect(rest(backup)).toEqual(without);
  });
  expect(await shown(stage, ids)).toEqual({ ...whole, review: [url, text, ERASED] });
  await noticed(stage, picture, "/after.jpg");

  // The other two: whatever is shown is shown without, and new work goes on.
  await whileDown(stage, () => erase(stage, "words"));
  expect(await shown(stage, ids)).toEqual({ ...whole, described: [ERASED, []], review: [url, ERASED, ERASED] });
  await whileDown(stage, () => erase(stage, "address"));
  expect(await shown(stage, ids)).toEqual({
    case: "",
    described: [ERASED, []],
    review: ["", ERASED, ERASED],
    notice: [noticeId, false],
  });
  await noticed(stage, picture, "/last.jpg");
  expect((await bed.bus.manager.streams.info("DEAD")).state.messages).toBe(0);
}, 240_000);
