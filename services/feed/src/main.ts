import { run } from "@ntd/service";
import { readFeedConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readFeedConfig(process.env)));
