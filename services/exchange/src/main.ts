import { run } from "@ntd/service";
import { readExchangeConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readExchangeConfig(process.env)));
