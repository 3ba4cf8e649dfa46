import { unwatched, watchData, type Logger, type Watched } from "@ntd/service";
import { withExamples } from "../platform/example-settings.ts";
import { givenSettings } from "../platform/given.ts";
import { serviceNames, type Settings } from "../platform/platform.ts";
import { defaultConfig, readStartConfig, type StartConfig } from "./config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What is in force, of the file and the environment. */
export interface Configured {
  readonly config: StartConfig;
  readonly settings: Settings;
  readonly shared: Record<string, string>;
}

/** The file of --config, watched. Without one, what stands there does not change. */
export function watchConfig(path: string | undefined, log: Logger): Watched<StartConfig> {
  return path === undefined ? unwatched(defaultConfig) : watchData(path, log, readStartConfig);
}

/** Settings of the environment win. Without a file it is a trial, on the examples that come with the platform. */
export function configured(config: StartConfig, isTrial: boolean, environment: Environment): Configured {
  const given = merged(config.settings, givenSettings(environment));
  const level = environment["NTD_LOG_LEVEL"];
  const shared = { ...config.shared, ...(level !== undefined && level !== "" && { NTD_LOG_LEVEL: level }) };
  return { config, shared, settings: isTrial ? withExamples(given) : given };
}

function merged(below: Settings, above: Settings): Settings {
  const entries = serviceNames.map((name) => [name, { ...below[name], ...above[name] }] as const);
  return Object.fromEntries(entries.filter(([, settings]) => Object.keys(settings).length > 0));
}
