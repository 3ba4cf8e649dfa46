import { containersMissing } from "@ntd/testing";
import { describe, test } from "vitest";
import { pageStories } from "./page-stories.ts";

const missing = await containersMissing();

describe("production: nats-server and MongoDB in containers", { timeout: 180_000 }, () => {
  if (missing === undefined) pageStories("production");
  else test("what pages show", (context) => context.skip(missing));
});
