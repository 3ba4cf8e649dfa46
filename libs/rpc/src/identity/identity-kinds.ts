export const identityKinds = [
  "service",
  "isp",
  "industry",
  "partner",
  "maintainer",
  "regulator",
  "assessor",
  "police",
  "reporter",
  "operator",
] as const;

/** What an identity is; the first part of the path of its SPIFFE id. */
export type IdentityKind = (typeof identityKinds)[number];
