import { join } from "node:path";
import { StatusServiceService } from "@ntd/proto/operations/v1/status_service";
import { Problem } from "@ntd/service/problem";
import { certificateIn } from "../cli/certificate.ts";
import type { Cli } from "../cli/cli.ts";
import type { Ends, Observation, Observed } from "./observed.ts";

const DEADLINE_MS = 3000;
const REFUSALS: ReadonlySet<string> = new Set([
  "IDENTITY_DENIED",
  "IDENTITY_EXPIRED",
  "IDENTITY_UNKNOWN",
  "NOT_ALLOWED",
]);

/** Asks every service of the endpoints file at once how it is. */
export async function observe(cli: Pick<Cli, "call" | "services" | "identityDir">): Promise<Observation> {
  const [services, own] = await Promise.all([
    Promise.all(cli.services().map(async (one) => asked(cli, one))),
    ownEnds(cli.identityDir()),
  ]);
  return { now: new Date(), services, own };
}

async function asked(cli: Pick<Cli, "call">, { name, address }: { name: string; address: string }): Promise<Observed> {
  try {
    return await cli.call(
      name,
      StatusServiceService,
      async (service) => {
        // Connecting takes longer than asking: the second answer says how the clocks are.
        await service.getStatus({});
        const sent = Date.now();
        const status = await service.getStatus({});
        const offsetMs = (status.now?.getTime() ?? sent) - (sent + Date.now()) / 2;
        return { service: name, address, status, offsetMs: Math.round(offsetMs) };
      },
      DEADLINE_MS,
    );
  } catch (error) {
    const { reason, message } = Problem.from(error);
    return { service: name, address, silence: message, refuses: REFUSALS.has(reason) };
  }
}

async function ownEnds(dir: string): Promise<Ends[]> {
  const ends = async (what: string, file: string) => {
    const { validToDate } = await certificateIn(join(dir, file));
    return { what, end: validToDate };
  };
  return Promise.all([ends("certificate", "cert.pem"), ends("authority", "ca.pem")]);
}
