import { run } from "@ntd/service";
import { readCaseworkConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readCaseworkConfig(process.env)));
