import { describe } from "vitest";
import { pageStories } from "./page-stories.ts";

describe("embedded: nats-server as a child process, SQLite", () => pageStories("embedded"));
