import { run } from "@ntd/service";
import { readIcseLinkConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readIcseLinkConfig(process.env)));
