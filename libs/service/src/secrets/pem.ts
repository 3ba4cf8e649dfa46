const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a bundle, each as PEM: while an authority is changed there are several. */
export function pemsIn(bundle: string): string[] {
  return bundle.match(CERTIFICATE) ?? [];
}
