import { setFlagsFromString } from "node:v8";
import { run } from "@ntd/service";
import { readHashlistsConfig } from "./config.ts";
import { start } from "./service.ts";

// What is made of rows, and once was alive for a while, would be made among the old objects from then on, where it lies
// about: 40 MB of an upload, and as much of a list that is read.
setFlagsFromString("--no-allocation-site-pretenuring");

await run(async () => start(readHashlistsConfig(process.env)));
