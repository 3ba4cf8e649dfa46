import { generateKeyPairSync, sign } from "node:crypto";

/** A certificate that nobody vouches for, and its key, as PEM. */
export interface OwnCertificate {
  cert: string;
  key: string;
}

/**
 * What the proxy shows to the browser beside it, which is told to take any: what goes between the two is encrypted only
 * since a page that is asked for by https is to be one. Made anew at each start and valid nowhere else.
 */
export function ownCertificate(now: Date): OwnCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const day = 24 * 3_600_000;
  const name = sequence(set(sequence(oid(COMMON_NAME), text("proxy"))));
  const validity = sequence(time(new Date(now.getTime() - day)), time(new Date(now.getTime() + 3650 * day)));
  const said = sequence(
    der(0x02, Buffer.of(1)),
    sequence(oid(ECDSA_WITH_SHA256)),
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", said, privateKey);
  const whole = sequence(said, sequence(oid(ECDSA_WITH_SHA256)), der(0x03, Buffer.of(0), signature));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString("base64")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

// Of X.509 (RFC 5280), in DER, what it takes and no more.
const COMMON_NAME = "550403";
const ECDSA_WITH_SHA256 = "2a8648ce3d040302";

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const short = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...short), body]);
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const set = (...parts: Uint8Array[]) => der(0x31, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const text = (said: string) => der(0x0c, Buffer.from(said));
const time = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().replace(/\D/g, "").slice(0, 14)}Z`));
