import type { Check, Health } from "@ntd/service";
import type { Store } from "@ntd/store";

type Checked = Pick<Store, "ping" | "filling" | "isFull" | "damagedJournalBytes">;

/**
 * Health: the store answers. While it fills in what was declared later, or has no room for more, it serves and says so; that
 * its journal was damaged, until it starts again.
 */
export function storeCheck(store: Checked, health: Pick<Health, "degrade">): Check {
  return {
    name: "store",
    async run() {
      health.degrade("store:FILLING", store.filling.length > 0);
      health.degrade("store:JOURNAL_DAMAGED", store.damagedJournalBytes > 0);
      await store.ping();
      health.degrade("store:STORE_FULL", store.isFull);
    },
  };
}
