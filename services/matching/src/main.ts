import { run } from "@ntd/service";
import { readMatchingConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readMatchingConfig(process.env)));
