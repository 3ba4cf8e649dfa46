import { describe } from "vitest";
import { sharedStories } from "./shared-stories.ts";

describe("embedded: nats-server as a child process, SQLite", () => sharedStories("embedded"));
