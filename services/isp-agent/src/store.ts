import type { Collection, Store } from "@ntd/store";
import { waitsFor, type Notice } from "./notices/notice.ts";

export type Notices = Collection<Notice, "state" | "waitsFor" | "dueAt">;

/** One document per notice; its id is the notice's. */
export function openNotices(store: Store): Promise<Notices> {
  return store.collection<Notice, "state" | "waitsFor" | "dueAt">({
    name: "notices",
    fields: {
      state: (notice) => notice.progress.is,
      waitsFor: (notice) => waitsFor(notice),
      dueAt: (notice) => notice.dueAt,
    },
    indexes: [
      { fields: ["state"] },
      { fields: ["state", "dueAt"] },
      { fields: ["waitsFor"] },
      { fields: ["waitsFor", "dueAt"] },
    ],
  });
}
