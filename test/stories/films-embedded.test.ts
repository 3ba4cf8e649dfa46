import { describe } from "vitest";
import { filmStories } from "./film-stories.ts";

describe("embedded: nats-server as a child process, SQLite", () => filmStories("embedded"));
