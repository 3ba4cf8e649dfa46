import { containersMissing } from "@ntd/testing";
import { describe, test } from "vitest";
import { objectionStories } from "./objection-stories.ts";
import { reversalStories } from "./reversal-stories.ts";
import { withdrawalStories } from "./withdrawal-stories.ts";

const missing = await containersMissing();

describe("production: nats-server and MongoDB in containers", { timeout: 180_000 }, () => {
  if (missing === undefined) {
    reversalStories("production");
    objectionStories("production");
    withdrawalStories("production");
  } else test("decisions that are taken back", (context) => context.skip(missing));
});
