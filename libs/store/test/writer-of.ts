import { openStore } from "../src/index.ts";

// Opens the store, says how that went, and ends.
await openStore(process.argv[2] ?? "").then(
  (store) => store[Symbol.asyncDispose]().then(() => console.log("opened")),
  (error: { reason?: string }) => console.log(error.reason),
);
