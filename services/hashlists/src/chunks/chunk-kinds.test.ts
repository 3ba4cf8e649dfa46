import fc from "fast-check";
import { expect, test } from "vitest";
import { kindsAmong, kindsOf } from "./chunk-kinds.ts";
import { ChunkBuilder } from "./chunk-builder.ts";
import { ALGORITHMS } from "./entry-chunk.ts";
import { ID_BYTES } from "../entries/entry-id.ts";

const row = fc.record({
  algorithm: fc.constantFrom(...ALGORITHMS.filter((name) => name !== "VPDQ")),
  code: fc.constantFrom("", "A", "B"),
  isAsked: fc.boolean(),
});

test("however some entries of a chunk are mixed, each kind counts those that are of it", () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 50 }), (rows) => {
      const builder = new ChunkBuilder();
      for (const { algorithm, code } of rows) {
        const told = { scheme: code === "" ? "" : "s", code, votes: 1, sourceId: "", line: 2 };
        builder.add(new Uint8Array(ID_BYTES), { algorithm, value: "00", quality: 0, ...told });
      }
      const chunk = builder.take("p");
      const places = [...rows.keys()].filter((i) => rows[i]?.isAsked);
      const one = places.map((i) => JSON.stringify(kindsOf(chunk)(i)));
      const many = kindsAmong(chunk, places).map(({ kind, count }) => [JSON.stringify(kind), count]);
      const counted = new Map<string, number>();
      for (const kind of one) counted.set(kind, (counted.get(kind) ?? 0) + 1);
      expect(many).toEqual([...counted]);
    }),
  );
});
