import { dirname, join, relative } from "node:path";
import { Problem } from "@ntd/service";
import { aborted, interrupted } from "./platform/interrupted.ts";
import { withExamples } from "./platform/example-settings.ts";
import { givenSettings } from "./platform/given.ts";
import { startPlatform } from "./platform/platform.ts";

const root = join(import.meta.dirname, "../..");
const dir = join(root, ".ntd/run");
const stop = interrupted();
const began = performance.now();
const settings = withExamples(givenSettings(process.env));
console.log("starting nats-server and ten services ...");
await using platform = await startPlatform({
  dir,
  environment: "DEMO",
  apply: {},
  settings,
  shared: { NTD_LOG_LEVEL: process.env["NTD_LOG_LEVEL"] ?? "info" },
  onRevive: (line) => console.log(line),
}).catch(refused);
await Promise.race([platform.serving(), aborted(stop)]);
if (!stop.aborted) {
  const identity = relative(root, await platform.bed.identity("operator", "admin"));
  // What sends addresses to somebody new takes two operators.
  const second = relative(root, await platform.bed.identity("operator", "second"));
  console.log(`serving after ${((performance.now() - began) / 1000).toFixed(1)} s; data in ${relative(root, dir)}`);
  for (const [name, address] of Object.entries(platform.endpoints)) console.log(`  ${name.padEnd(12)} ${address}`);
  // Who tries it is often alone.
  if (settings.casework["SECOND_REVIEW"] === undefined)
    console.log("nobody looks second here; CASEWORK_SECOND_REVIEW=after ./scripts/start: as in production");
  if (settings.casework["POLICE_FIRST_FILE"] !== "")
    console.log(
      "notices wait for police where they come first; CASEWORK_POLICE_FIRST_FILE= ./scripts/start: nobody waits",
    );
  console.log(
    `try: npm run ntd -- --identity ${identity} provider list\na second operator, to approve: ${second}\nanybody else, such as an officer: npm run ntd -- certs issue ${dirname(identity)} police pam\nCtrl-C ends it.`,
  );
  await aborted(stop);
}
console.log("stopping ...");

// What has a name is a sentence, such as a disk that is too small; what was started is stopped by then.
function refused(error: unknown): never {
  if (!(error instanceof Problem)) throw error;
  console.error(`start: ${error.message}`);
  process.exit(1);
}
