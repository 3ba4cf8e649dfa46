import { serviceNames, type Settings } from "./platform.ts";

/** What the platform sets itself, for each service to be found and known. */
const own = new Set(["LISTEN", "IDENTITY_DIR"]);

/** The settings of services in an environment, by service and without its prefix: `CASEWORK_SUPERVISORS`, say. */
export function givenSettings(environment: Record<string, string | undefined>): Settings {
  const given: Settings = {};
  for (const [key, value] of Object.entries(environment)) {
    for (const name of serviceNames) {
      const prefix = `${name.toUpperCase().replaceAll("-", "_")}_`;
      const setting = key.slice(prefix.length);
      if (value === undefined || !key.startsWith(prefix) || own.has(setting)) continue;
      given[name] = { ...given[name], [setting]: value };
    }
  }
  return given;
}
