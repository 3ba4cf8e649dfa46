import { run } from "@ntd/service";
import { readBrowserConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readBrowserConfig(process.env)));
