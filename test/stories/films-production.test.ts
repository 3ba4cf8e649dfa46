import { containersMissing } from "@ntd/testing";
import { describe, test } from "vitest";
import { filmStories } from "./film-stories.ts";

const missing = await containersMissing();

describe("production: nats-server and MongoDB in containers", { timeout: 180_000 }, () => {
  if (missing === undefined) filmStories("production");
  else test("what becomes of films", (context) => context.skip(missing));
});
