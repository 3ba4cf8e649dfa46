import { run } from "@ntd/service";
import { readFingerprintConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readFingerprintConfig(process.env)));
