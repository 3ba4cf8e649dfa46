import { containersMissing } from "@ntd/testing";
import { describe, test } from "vitest";
import { reversalStories } from "./reversal-stories.ts";

const missing = await containersMissing();

describe("production: nats-server and MongoDB in containers", () => {
  if (missing === undefined) reversalStories("production");
  else test("decisions that are taken back", (context) => context.skip(missing));
});
