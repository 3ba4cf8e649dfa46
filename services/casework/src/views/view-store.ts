import type { Collection, Store } from "@ntd/store";
import type { View, ViewDay } from "./view.ts";

export interface ViewCollections {
  /** One per person and picture. */
  views: Collection<View, "picture" | "viewedTime">;
  /** One per person and day. */
  viewDays: Collection<ViewDay, "beganTime">;
}

export async function openViews(store: Store): Promise<ViewCollections> {
  return {
    views: await store.collection<View, "picture" | "viewedTime">({
      name: "views",
      fields: { picture: ({ picture }) => picture, viewedTime: ({ viewedTime }) => viewedTime },
    }),
    viewDays: await store.collection<ViewDay, "beganTime">({
      name: "viewDays",
      fields: { beganTime: ({ beganTime }) => beganTime },
    }),
  };
}
