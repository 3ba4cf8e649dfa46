import { run } from "@ntd/service";
import { readIntakeConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readIntakeConfig(process.env)));
