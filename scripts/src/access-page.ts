import type { Access } from "@ntd/rpc";

/**
 * The tables of all services as one page: what a review of "who may call what" reads.
 *
 * @param shared of the methods that services have beside their own.
 */
export function accessPage(tables: Readonly<Record<string, Access>>, shared: Access = {}): string {
  const rows = Object.entries({ ...tables, "every service": shared }).flatMap(([service, access]) =>
    Object.entries(access).map(([method, allowed]) => rowOf(service, method, allowed)),
  );
  return `# Who may call what

Every method that is served, from each service's \`access.ts\` and, for what all serve, \`libs/host\`; \`npm run access\` writes this page and CI compares it. A kind
admits every identity \`spiffe://{trust domain}/{kind}/{name}\` of it, a single identity only that one; everybody else is
refused. Two persons, where they are needed, are told by their names in the handler.

| served by | service | method | kinds | single identities |
|---|---|---|---|---|
${rows.join("\n")}
`;
}

function rowOf(service: string, path: string, allowed: readonly string[]): string {
  const [, name = "", method = ""] = path.split("/");
  const kinds = allowed.filter((who) => !who.includes("/"));
  const single = allowed.filter((who) => who.includes("/"));
  return `| ${[service, name.replace(/^ntd\./, ""), method, kinds.join(", "), single.join(", ")].join(" | ")} |`;
}
