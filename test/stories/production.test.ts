import { containersMissing } from "@ntd/testing";
import { describe, test } from "vitest";
import { sharedStories } from "./shared-stories.ts";

const missing = await containersMissing();

describe("production: nats-server and MongoDB in containers", () => {
  if (missing === undefined) sharedStories("production");
  else test("the shared stories", (context) => context.skip(missing));
});
