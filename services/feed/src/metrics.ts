import { counter } from "@ntd/service";

const pages = counter("ntd_feed_pages", "Pages of lists that partners got.");

export function countPage(): void {
  pages({});
}
