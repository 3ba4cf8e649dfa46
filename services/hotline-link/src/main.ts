import { run } from "@ntd/service";
import { readHotlineLinkConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readHotlineLinkConfig(process.env)));
