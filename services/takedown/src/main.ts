import { run } from "@ntd/service";
import { readTakedownConfig } from "./config.ts";
import { start } from "./service.ts";

await run(() => start(readTakedownConfig(process.env)));
