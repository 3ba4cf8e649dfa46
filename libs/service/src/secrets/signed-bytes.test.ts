import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verify, createPublicKey } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newSigningKey, signerFromFile, verifyBytes, verifyWhole, type JWK, type Signer } from "./signed-bytes.ts";

const TYP = "ntd-notice+jws";
const payload = new TextEncoder().encode("exactly these bytes");
let dir: string;
let signer: Signer;
let other: Signer;

async function signerOf(key: JWK): Promise<Signer> {
  const file = join(dir, `${key.kid}.json`);
  writeFileSync(file, JSON.stringify(key), { mode: 0o600 });
  return signerFromFile(file);
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "ntd-signed-"));
  signer = await signerOf(await newSigningKey("2026-11"));
  other = await signerOf(await newSigningKey("2026-10"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const keySet = () => ({ keys: [other.publicJwk, signer.publicJwk] });
const invalid = expect.objectContaining({ reason: "SIGNATURE_INVALID" });

test("a signature verifies against a key set and names its key", async () => {
  const jws = await signer.sign(payload, TYP);
  expect(await verifyBytes(payload, jws, keySet(), TYP)).toEqual({ kid: "2026-11" });
  expect(await verifyBytes(payload, await other.sign(payload, TYP), keySet(), TYP)).toEqual({ kid: "2026-10" });
});

test("it is RFC 7797: anybody with Ed25519 and no JOSE library can check it", async () => {
  const [header = "", middle, signature = ""] = (await signer.sign(payload, TYP)).split(".");
  expect(middle).toBe("");
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({
    alg: "EdDSA",
    kid: "2026-11",
    typ: TYP,
    b64: false,
    crit: ["b64"],
  });
  const input = Buffer.concat([Buffer.from(`${header}.`), payload]);
  const key = createPublicKey({ key: { ...signer.publicJwk }, format: "jwk" });
  expect(verify(null, input, key, Buffer.from(signature, "base64url"))).toBe(true);
});

test("a whole one holds its bytes, and passes as nothing else", async () => {
  const jws = await signer.signWhole(payload, TYP);
  expect(Buffer.from(await verifyWhole(jws, keySet(), TYP))).toEqual(Buffer.from(payload));
  await expect(verifyWhole(jws, keySet(), "ntd-receipt+jws")).rejects.toEqual(invalid);
  await expect(verifyWhole(jws, { keys: [other.publicJwk] }, TYP)).rejects.toEqual(invalid);
  const [header, , signature] = jws.split(".");
  const forged = `${header}.${Buffer.from("other bytes").toString("base64url")}.${signature}`;
  await expect(verifyWhole(forged, keySet(), TYP)).rejects.toEqual(invalid);
});

test("any bytes at all can be signed, and one changed byte is refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), async (bytes, at) => {
      const jws = await signer.sign(bytes, TYP);
      await verifyBytes(bytes, jws, keySet(), TYP);
      const changed = Uint8Array.from(bytes, (byte, i) => (i === at % bytes.length ? byte ^ 1 : byte));
      await expect(verifyBytes(changed, jws, keySet(), TYP)).rejects.toEqual(invalid);
    }),
    { numRuns: 30 },
  );
});

test("what was signed as one thing does not pass as another", async () => {
  await expect(verifyBytes(payload, await signer.sign(payload, "ntd-receipt+jws"), keySet(), TYP)).rejects.toEqual(
    invalid,
  );
});

test("a key that is not in the set does not verify, nor does another key under its name", async () => {
  const jws = await signer.sign(payload, TYP);
  await expect(verifyBytes(payload, jws, { keys: [other.publicJwk] }, TYP)).rejects.toEqual(invalid);
  const posing = { keys: [{ ...other.publicJwk, kid: signer.kid }] };
  await expect(verifyBytes(payload, jws, posing, TYP)).rejects.toEqual(invalid);
});

test.each(["", "..", "a..b", "a.b.c", "e30..", "not a signature"])("%j is no signature", async (jws) => {
  await expect(verifyBytes(payload, jws, keySet(), TYP)).rejects.toEqual(invalid);
});

test("a header without algorithm or with another one is refused", async () => {
  const [, , signature] = (await signer.sign(payload, TYP)).split(".");
  for (const alg of ["none", "HS256", "ES256"]) {
    const header = { alg, kid: signer.kid, typ: TYP, b64: false, crit: ["b64"] };
    const forged = `${Buffer.from(JSON.stringify(header)).toString("base64url")}..${signature}`;
    await expect(verifyBytes(payload, forged, keySet(), TYP)).rejects.toEqual(invalid);
  }
});

test("the key set holds the public half only", () => {
  expect(Object.keys(signer.publicJwk).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
});

test("a file without a private key of a name is refused", async () => {
  const key = await newSigningKey("x");
  const { d: _, ...publicHalf } = key;
  const { kid: __, ...nameless } = key;
  const files = { publicHalf: JSON.stringify(publicHalf), nameless: JSON.stringify(nameless), text: "not JSON" };
  for (const [name, content] of Object.entries(files)) {
    const file = join(dir, name);
    writeFileSync(file, content);
    expect(() => signerFromFile(file)).toThrow(expect.objectContaining({ reason: "CONFIG_INVALID" }));
  }
  expect(() => signerFromFile(join(dir, "absent"))).toThrow(/holds no private Ed25519 key/);
});
