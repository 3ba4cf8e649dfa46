import { describe } from "vitest";
import { objectionStories } from "./objection-stories.ts";
import { reversalStories } from "./reversal-stories.ts";
import { withdrawalStories } from "./withdrawal-stories.ts";

describe("embedded: nats-server as a child process, SQLite", () => {
  reversalStories("embedded");
  objectionStories("embedded");
  withdrawalStories("embedded");
});
