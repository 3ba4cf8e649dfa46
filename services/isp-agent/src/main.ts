import { run } from "@ntd/service";
import { readIspAgentConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readIspAgentConfig(process.env)));
