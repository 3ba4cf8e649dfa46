import { run } from "@ntd/service";
import { readHmaGatewayConfig } from "./config.ts";
import { start } from "./service.ts";

await run(async () => start(readHmaGatewayConfig(process.env)));
