import type { Collection, Store } from "@ntd/store";
import type { Notice } from "./notices/notice.ts";
import { waitsFor } from "./notices/waits-for.ts";

export type Notices = Collection<Notice, Field>;
type Field = "state" | "waitsFor" | "dueAt" | "pending";

/** One document per notice; its id is the notice's. */
export function openNotices(store: Store): Promise<Notices> {
  return store.collection<Notice, Field>({
    name: "notices",
    fields: {
      state: (notice) => notice.progress.is,
      waitsFor: (notice) => waitsFor(notice),
      dueAt: (notice) => notice.dueAt,
      pending: (notice) => waitsFor(notice) !== "nobody" || undefined,
    },
    indexes: [{ fields: ["state"] }, { fields: ["state", "dueAt"] }, { fields: ["waitsFor", "dueAt"] }],
  });
}
