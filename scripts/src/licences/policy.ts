import { fieldsIn, itemsIn, textIn, type Fault } from "@ntd/service";

/** Which licences packages may have. */
export interface LicencePolicy {
  allowed: ReadonlySet<string>;
  exceptions: readonly Exception[];
}

interface Exception {
  /** A package's name; a star at its end stands for the rest. */
  package: string;
  licence: string;
  reason: string;
}

/** Reads `scripts/licences.yaml`. */
export function policyIn(data: unknown, fault: Fault): LicencePolicy {
  const fields = fieldsIn(data, "", fault, ["allowed", "exceptions"]);
  const allowed = itemsIn(fields.get("allowed"), "allowed", fault);
  const exceptions = itemsIn(fields.get("exceptions"), "exceptions", fault);
  return {
    allowed: new Set(allowed.map((licence, i) => textIn(licence, `allowed[${i}]`, fault))),
    exceptions: exceptions.map((exception, i) => exceptionIn(exception, `exceptions[${i}]`, fault)),
  };
}

function exceptionIn(data: unknown, at: string, fault: Fault): Exception {
  const fields = fieldsIn(data, at, fault, ["package", "licence", "reason"]);
  const text = (name: string) => textIn(fields.get(name), `${at}.${name}`, fault);
  return { package: text("package"), licence: text("licence"), reason: text("reason") };
}

/** What of a CycloneDX component is looked at. */
export interface Component {
  name: string;
  version: string;
  licenses?: readonly { license?: { id?: string; name?: string }; expression?: string }[];
}

/** The licence of a component as one expression; "" when it names none. */
export function licenceOf({ licenses = [] }: Component): string {
  return licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? "").join(" AND ");
}

/** What stands against these components, a sentence each: a licence that is not allowed, an exception that nobody needs. */
export function licenceFaults(components: readonly Component[], { allowed, exceptions }: LicencePolicy): string[] {
  const excepted = (component: Component) =>
    exceptions.filter(
      (exception) => exception.licence === licenceOf(component) && isNamed(component.name, exception.package),
    );
  const refused = components
    .filter((component) => !isAllowed(licenceOf(component), allowed) && excepted(component).length === 0)
    .map((component) => `${component.name} ${component.version}: ${licenceOf(component) || "names no licence"}`);
  const needed = new Set(components.flatMap(excepted));
  const idle = exceptions
    .filter((exception) => !needed.has(exception))
    .map((exception) => `the exception for ${exception.package} applies to nothing; remove it`);
  return [...refused, ...idle];
}

function isAllowed(licence: string, allowed: ReadonlySet<string>): boolean {
  const parts = licence.split(/[() ]+|\bAND\b|\bOR\b/).filter((part) => part !== "");
  return parts.length > 0 && parts.every((part) => allowed.has(part));
}

function isNamed(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
