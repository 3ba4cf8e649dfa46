import { run } from "@ntd/service";
import { readProberConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readProberConfig(process.env)));
