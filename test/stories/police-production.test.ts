import { containersMissing } from "@ntd/testing";
import { describe, test } from "vitest";
import { clusterStories } from "./cluster-stories.ts";
import { policeStories } from "./police-stories.ts";
import { referralStories } from "./referral-stories.ts";
import { wordStories } from "./word-stories.ts";

const missing = await containersMissing();

describe("production: nats-server and MongoDB in containers", { timeout: 180_000 }, () => {
  if (missing === undefined) {
    policeStories("production");
    referralStories("production");
    clusterStories("production");
    wordStories("production");
  } else test("police, referrals, clusters and words", (context) => context.skip(missing));
});
