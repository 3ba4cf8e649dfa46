import { CONFIG_EXIT_CODE, createLog, Problem } from "@ntd/service";
import { deployed } from "./platform/deployed.ts";
import { aborted, interrupted } from "./platform/interrupted.ts";
import { startArguments, usage } from "./start/arguments.ts";
import { typedPath } from "./start/typed-path.ts";
import { keepUp } from "./start/keep-up.ts";

const standard = deployed("../.ntd/run");
const from = process.env["INIT_CWD"] ?? process.cwd();
const given = startArguments(process.argv.slice(2), from, standard);
switch (given.does) {
  case "help":
    console.log(usage);
    break;
  case "refuse":
    console.error(`start: ${given.why}\n\n${usage}`);
    process.exitCode = 2;
    break;
  case "start":
    await start(given);
    break;
}

async function start({
  dir,
  config,
  browser,
  feed,
  hmaGateway,
}: Extract<typeof given, { does: "start" }>): Promise<void> {
  // What is made here is for its owner alone.
  process.umask(0o077);
  const stop = interrupted();
  const say = (line: string) => console.log(line);
  try {
    const log = createLog("start", "warn");
    await using up = await keepUp({ dir, from, configFile: config, browser, feed, hmaGateway, say, log, stop });
    if (!stop.aborted) for (const line of up.told) say(line);
    await aborted(stop);
    say(`stopping what runs in ${typedPath(from, dir)} ...`);
  } catch (error) {
    // What has a name is a sentence, such as a disk that is too small; what was started is stopped by then.
    if (!(error instanceof Problem)) throw error;
    console.error(`start: ${error.message}`);
    process.exitCode = error.reason === "CONFIG_INVALID" ? CONFIG_EXIT_CODE : 1;
  }
}
