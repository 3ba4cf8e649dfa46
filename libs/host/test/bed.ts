import {
  readCommon,
  readConfig,
  readData,
  readSealing,
  type CommonConfig,
  type DataConfig,
  type SealingConfig,
} from "@ntd/service";
import type { TestBed } from "@ntd/testing";

type Config = CommonConfig & DataConfig & Partial<SealingConfig>;

/** The configuration of a service with a store and the bus, under the name of a producer of the catalogue. */
export async function configOf(bed: TestBed, name: string, port = 0): Promise<Config> {
  const { [`${name.toUpperCase()}_TARGET_KEY_FILE`]: _, ...environment } = await bed.environment(name, {
    LISTEN: `127.0.0.1:${port}`,
  });
  return readConfig(name.toUpperCase(), environment, (own, shared) => ({
    ...readCommon(own, shared),
    ...readData(own, shared),
    ...("NTD_SEALING_KEYS_FILE" in environment && readSealing(shared)),
  }));
}

/** A part that writes down when it is released. */
export function part(journal: string[], name: string): AsyncDisposable {
  return { [Symbol.asyncDispose]: async () => void journal.push(`${name} released`) };
}
