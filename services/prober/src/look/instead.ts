import { randomBytes } from "node:crypto";
import { kindOf } from "../answer/kind.ts";
import { besideUrl, isShownAtRoot, pageInstead } from "../answer/soft-404.ts";
import { wallOf } from "../answer/wall.ts";
import { isWithheld } from "../answer/withheld.ts";
import type { Fetched } from "../fetch/fetch.ts";
import { likeness } from "../targets/likeness.ts";
import { wasFile, type Finding, type Instead } from "../targets/observation.ts";
import type { Target } from "../targets/target-state.ts";
import { fetchAs } from "./fetch-as.ts";
import type { Answered } from "./finding.ts";
import type { LookDeps, Visit } from "./look.ts";

/** What was asked, and what came. */
interface Shown {
  url: string;
  fetched: Answered;
}

/** What stands in place of the picture that was seen, told by what it says, a fetch beside it and one of its root. */
export async function withInstead(
  deps: LookDeps,
  target: Target,
  visit: Visit,
  { url, fetched }: Shown,
  finding: Finding,
): Promise<Finding> {
  if (finding.is !== "content") return finding;
  if (target.seen === undefined) return unlessPlaceholder(deps, visit, { url, fetched }, finding);
  if (fetched.is !== "body" || !wasFile(target.seen)) return finding;
  if (likeness(target.seen.content, finding.content) !== "other") return finding;
  return { ...finding, instead: await insteadOf(deps, visit, url, fetched) };
}

/**
 * A picture under a status that says that there is none, at a first look: it is what a person sees there, unless the host
 * shows it for what cannot exist, too. The address itself is asked no second time: there are links that work once.
 */
async function unlessPlaceholder(
  deps: LookDeps,
  visit: Visit,
  { url, fetched }: Shown,
  finding: Finding,
): Promise<Finding> {
  if ((fetched.is !== "miss" && fetched.is !== "no_answer") || fetched.bytes === undefined) return finding;
  if (visit.late()) return finding;
  const beside = await fetchAs(deps, visit, besideUrl(url, randomBytes(8).toString("hex")), fetched.ip);
  const shown = "bytes" in beside ? beside.bytes : undefined;
  if (shown === undefined || Buffer.compare(shown, fetched.bytes) !== 0) return finding;
  return { is: fetched.is === "miss" ? "absent" : "blind", reason: fetched.reason, ip: fetched.ip };
}

async function insteadOf(
  deps: LookDeps,
  visit: Visit,
  asked: string,
  { head, bytes, ip }: Extract<Fetched, { is: "body" }>,
): Promise<Instead> {
  if (isWithheld(head, bytes)) return "WALL";
  const askedToo = async (url: string) => {
    if (visit.late()) return undefined;
    const fetched = await fetchAs(deps, visit, url, ip);
    if (!("bytes" in fetched) || fetched.bytes === undefined || fetched.head === undefined) return undefined;
    if (wallOf(fetched.head, fetched.bytes) !== undefined) return undefined;
    return { asked: url, head: fetched.head, bytes: fetched.bytes };
  };
  const shown = { asked, head, bytes };
  const isPage = kindOf(head, bytes) === "page";
  const beside = isPage ? await askedToo(besideUrl(asked, randomBytes(8).toString("hex"))) : undefined;
  const root = await askedToo(new URL("/", asked).href);
  if (isPage) return pageInstead({ page: shown, beside, root });
  return root !== undefined && isShownAtRoot(shown, root) ? "WALL" : "REPLACED";
}
