import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { openStore } from "./index.ts";

test.each([
  ["postgres://anna:secret@db/ntd", 'begins with "postgres:"'],
  ["anna:secret@db/ntd", "begins with no scheme"],
  ["/var/lib/ntd.sqlite", "begins with no scheme"],
])("%s opens no store, and the refusal says how the URL begins and nothing that may be secret", (url, begin) => {
  const message = `STORE_URL ${begin}; it must begin with file: or mongodb:`;
  expect(() => openStore(url)).toThrow(new Problem("CONFIG_INVALID", message));
});
