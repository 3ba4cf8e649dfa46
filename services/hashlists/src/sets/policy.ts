import { DEFAULT_THRESHOLDS, RECIPE_EXACT, RECIPE_FAST, recipeId } from "@ntd/imagehash/compare";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import type { SetRole } from "@ntd/proto/matching/v1/match";
import { Problem, shown, type FieldFault } from "@ntd/service";

const MOST = { pdq: 31, blockhash: 31, pdqQuality: 100, blockhashTransitions: 480 };
const ROLES: readonly SetRole[] = ["SET_ROLE_POSITIVE", "SET_ROLE_NEGATIVE", "SET_ROLE_VICTIM_REPORTED"];
const RECIPES = [RECIPE_EXACT, RECIPE_FAST].map(recipeId);
const MAX_OWNER = 200;
const MAX_VOTES = 1_000_000;
const MAX_DAYS = 3650;

/**
 * The policy of a new set; a threshold of 0 takes its default.
 *
 * @throws Problem FIELD_INVALID naming every fault.
 */
export function validPolicy(policy: SetPolicy | undefined): SetPolicy {
  if (policy === undefined) throw Problem.fields({ field: "policy", description: "is missing; send owner and role" });
  const owner = policy.owner.trim();
  const faults: FieldFault[] = [];
  const fault = (field: string, description: string) => void faults.push({ field: `policy.${field}`, description });
  if (owner === "" || owner.length > MAX_OWNER) fault("owner", `must have 1 to ${MAX_OWNER} characters`);
  if (!ROLES.includes(policy.role)) fault("role", `${shown(policy.role)} is none of ${ROLES.join(", ")}`);
  if (policy.role === "SET_ROLE_NEGATIVE" && policy.autoIssue) {
    fault("auto_issue", "must be off in a negative set, whose hits only speak against a decision");
  }
  if (policy.minVotes > MAX_VOTES) fault("min_votes", `${policy.minVotes} is over ${MAX_VOTES}`);
  const { recipe, weakEquality, expiryDays } = policy;
  if (expiryDays !== undefined && (expiryDays < 1 || expiryDays > MAX_DAYS)) {
    fault("expiry_days", `${expiryDays} is not 1 to ${MAX_DAYS}; leave it out for a list that does not expire`);
  }
  if (policy.role === "SET_ROLE_VICTIM_REPORTED") {
    const why = "in a victim-reported set: who lists has seen none of its pictures, and its hits nominate alone";
    if (policy.autoIssue) fault("auto_issue", `must be off ${why}`);
    if (weakEquality === "WEAK_EQUALITY_DECIDES") fault("weak_equality", `must not be WEAK_EQUALITY_DECIDES ${why}`);
  }
  if (weakEquality === "UNRECOGNIZED") fault("weak_equality", "is none that this release knows");
  if (recipe !== undefined && !RECIPES.includes(recipe)) {
    fault("recipe", `${shown(recipe)} is none of ${RECIPES.join(", ")}`);
  }
  const thresholds = { ...DEFAULT_THRESHOLDS };
  for (const name of Object.keys(DEFAULT_THRESHOLDS) as (keyof typeof DEFAULT_THRESHOLDS)[]) {
    const given = policy.thresholds?.[name] ?? 0;
    if (given > MOST[name]) fault(`thresholds.${snake(name)}`, `${given} is over ${MOST[name]}`);
    if (given > 0) thresholds[name] = given;
  }
  if (faults.length > 0) throw Problem.fields(...faults);
  const { role, autoIssue, minVotes } = policy;
  const rare = {
    ...(recipe !== undefined && { recipe }),
    ...(weakEquality !== undefined && { weakEquality }),
    ...(expiryDays !== undefined && { expiryDays }),
  };
  return { owner, role, autoIssue, minVotes, thresholds, ...rare };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
