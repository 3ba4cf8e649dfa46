import { containersMissing } from "@ntd/testing";
import { describe, test } from "vitest";
import { abroadStories } from "./abroad-stories.ts";

const missing = await containersMissing();

describe("production: nats-server and MongoDB in containers", { timeout: 180_000 }, () => {
  if (missing === undefined) abroadStories("production");
  else test("material abroad", (context) => context.skip(missing));
});
