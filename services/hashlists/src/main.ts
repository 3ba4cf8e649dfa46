import { run } from "@ntd/service";
import { readHashlistsConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readHashlistsConfig(process.env)));
