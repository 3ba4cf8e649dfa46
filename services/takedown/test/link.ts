import type {
  HotlineAction,
  HotlineAnswer,
  HotlineReason,
  HotlineRecord,
} from "@ntd/proto/hotline/v1/hotline_link_service";
import { Problem, sealAddress } from "@ntd/service";
import { onCase } from "../src/dispatches/on-case.ts";
import type { Deps } from "../src/deps.ts";
import { aCase, aDecision, at } from "./examples.ts";
import { aProvider, eventOfData } from "./deps.ts";
import type { Provider } from "../src/providers/stored-provider.ts";
import type { Notice } from "../src/notices/notice.ts";

type Link = NonNullable<Deps["hotlines"]>;

/** A link between hotlines as a test has it: what came, in order, and what it answers. */
export class FakeLink implements Link {
  readonly sent: HotlineRecord[] = [];
  readonly answers: HotlineAnswer[] = [];
  isDown = false;
  /** Runs before a record is taken. */
  meanwhile: (record: HotlineRecord) => Promise<unknown> = async () => undefined;

  async sendRecord({ record }: Parameters<Link["sendRecord"]>[0]) {
    this.#require();
    if (record === undefined) throw new Problem("FIELD_INVALID");
    await this.meanwhile(record as HotlineRecord);
    this.sent.push(record as HotlineRecord);
    return { receivedTime: at(0), stub: true, source: "" };
  }

  async listAnswers({ after, pageSize }: Parameters<Link["listAnswers"]>[0]) {
    this.#require();
    const found = this.answers.filter(({ place }) => place > after);
    return { answers: found.slice(0, pageSize), isCut: found.length > pageSize, stub: true, source: "" };
  }

  answer(reference: string, action: string, reason = "UNSPECIFIED", revision = 1): void {
    const place = String(this.answers.length + 1).padStart(12, "0");
    const words = {
      action: `HOTLINE_ACTION_${action}` as HotlineAction,
      reason: `HOTLINE_REASON_${reason}` as HotlineReason,
    };
    this.answers.push({ place, reference, revision, ...words, actedTime: at(0) });
  }

  /** Its records, by reference the newest revision that came. */
  get records(): Map<string, HotlineRecord> {
    const newest = new Map<string, HotlineRecord>();
    for (const record of this.sent) {
      if ((newest.get(record.reference)?.revision ?? 0) <= record.revision) newest.set(record.reference, record);
    }
    return newest;
  }

  #require(): void {
    if (this.isDown) throw new Problem("PEER_UNAVAILABLE");
  }
}

/** A hotline of one country, in force at once. */
export async function addHotline({ providers, directory, clock }: Deps, country = "NL"): Promise<void> {
  const id = `hotline-${country.toLowerCase()}`;
  const hotline: Partial<Provider> = { route: "ROUTE_HOTLINE", countries: { countries: [country] }, identities: [] };
  await providers.insert(id, aProvider(id, clock.now(), hotline));
  await directory.refresh();
}

type Change = Parameters<typeof aCase>[0];

/** The nth case, hosted abroad; its notice, which is not sent yet. */
export async function decideAbroad(deps: Deps, n = 1, change: Change = {}): Promise<Notice> {
  await tellCase(deps, n, 1, change);
  const [found] = await deps.notices.find({ where: { caseId: `case-${n}` }, orderBy: "issuedTime", limit: 1 });
  if (found === undefined) throw new Error("no notice was made");
  return found.state;
}

/** What casework says of the nth case. */
export async function tellCase(deps: Deps, n: number, version: number, change: Change = {}): Promise<void> {
  const url = `https://pictures.other.example/${n}.png`;
  const address = sealAddress(deps.sealer, { original: url, fetch: url, key: url }, at(0));
  const ids = { caseId: `case-${n}`, targetId: `target-${n}`, decision: aDecision(`decision-${n}`) };
  const data = aCase({ ...ids, address, hostingCountry: "NL", ...change });
  await onCase(deps)(eventOfData(`case-${n}`, version, data));
}
