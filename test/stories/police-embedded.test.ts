import { describe } from "vitest";
import { clusterStories } from "./cluster-stories.ts";
import { policeStories } from "./police-stories.ts";
import { referralStories } from "./referral-stories.ts";
import { wordStories } from "./word-stories.ts";

describe("embedded: nats-server as a child process, SQLite", () => {
  policeStories("embedded");
  referralStories("embedded");
  clusterStories("embedded");
  wordStories("embedded");
});
