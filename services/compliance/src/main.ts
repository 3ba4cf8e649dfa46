import { run } from "@ntd/service";
import { readComplianceConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readComplianceConfig(process.env)));
