import { describe } from "vitest";
import { reversalStories } from "./reversal-stories.ts";

describe("embedded: nats-server as a child process, SQLite", () => reversalStories("embedded"));
