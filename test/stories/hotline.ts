import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import { eventually, makeProvider } from "@ntd/testing";
import type { Stage } from "./stage.ts";

/** How a hotline answers, as in the file of the stub. */
export interface Rule {
  hotline?: string;
  country?: string;
  answers: { action: string; reason?: string; after?: string }[];
}

/** Settings of a stage on which the stub answers by these rules. The folder is the test's to remove. */
export async function answering(rules: readonly Rule[]) {
  const dir = await mkdtemp(join(tmpdir(), "ntd-hotlines-"));
  const file = join(dir, "answers.json");
  await writeFile(file, JSON.stringify(rules));
  return { dir, settings: { "hotline-link": { ANSWERS_FILE: file } } };
}

/** Two operators make the hotline of a country; a domain of the web host, if one is named, stands for that country. */
export async function registerHotline(stage: Stage, id: string, country: string, domain?: string): Promise<void> {
  const [first, second] = await Promise.all([
    stage.client(ProviderServiceService, "takedown", "operator", "admin"),
    stage.client(ProviderServiceService, "takedown", "operator", "second"),
  ]);
  const hotline = { route: "ROUTE_HOTLINE", countries: { countries: [country] } } as const;
  const countries = { countries: [...hotline.countries.countries] };
  await makeProvider(
    { first, second },
    { providerId: id, domains: domain === undefined ? [] : [`${domain}.example`], ...hotline, countries },
  );
}

/** The one notice of a report, once it says so; the clock is moved, since answers are asked for once a minute. */
export async function abroad(
  stage: Stage,
  reportName: string,
  what: string,
  says: (notice: Notice) => boolean,
): Promise<Notice> {
  return eventually(
    what,
    async () => {
      const [notice] = (await stage.facts(reportName)).notices;
      if (notice !== undefined && says(notice)) return notice;
      stage.clock.advance(5000);
      return undefined;
    },
    60_000,
  );
}

/** What its hotline did, oldest first. */
export function actionsOf({ targets }: Notice): string[] {
  return targets.flatMap(({ answers }) =>
    answers.map(({ hotlineAction = "" }) => hotlineAction.replace("HOTLINE_ACTION_", "")),
  );
}
