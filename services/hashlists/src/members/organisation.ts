/** One organisation is one, however its name was typed. */
export function organisationKey(organisation: string): string {
  return organisation.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}
