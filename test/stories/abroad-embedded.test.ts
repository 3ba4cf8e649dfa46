import { describe } from "vitest";
import { abroadStories } from "./abroad-stories.ts";

describe("embedded: nats-server as a child process, SQLite", () => abroadStories("embedded"));
