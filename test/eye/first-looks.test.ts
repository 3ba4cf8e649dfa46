import { afterAll, beforeAll, expect, test } from "vitest";
import { WATCHED, type Show, type Site } from "./host.ts";
import { openRig, SLOT_MS, type Rig } from "./rig.ts";
import { drawn, html, picture, shows, status, type Pictures } from "./shows.ts";

let rig: Rig;
let pictures: Pictures;
beforeAll(async () => {
  rig = await openRig();
  pictures = await drawn();
});
afterAll(() => rig[Symbol.asyncDispose]());

async function firstLook(host: string, site: Site) {
  let asked = 0;
  const watched: Site["watched"] = (what) => (asked++, site.watched(what));
  rig.host.sites.set(host, { ...site, watched });
  const id = await rig.watch(`http://${host}:${rig.host.port}${WATCHED}`);
  await rig.slot([id]);
  return { target: await rig.of(id), asked };
}

test.each([404, 410, 403, 500])("a picture under %i is what a person sees, and is asked for once", async (code) => {
  const { target, asked } = await firstLook(`p${code}.example`, { watched: picture(pictures.known, { status: code }) });
  expect(target).toMatchObject({ phase: { is: "PRESENT" }, seen: { as: { is: "PRESENT" } } });
  expect(asked).toBe(1);
});

test("one that the host shows for what cannot exist, too, is its way of saying so", async () => {
  const missing = picture(pictures.other, { status: 404 });
  const refused = picture(pictures.other, { status: 403 });
  const miss = await firstLook("placeholder.example", { watched: missing, beside: missing });
  expect(miss.target.phase).toMatchObject({ is: "SUSPECT_GONE", reason: "HTTP_NOT_FOUND" });
  const refusal = await firstLook("refusal.example", { watched: refused, beside: refused });
  expect(refusal.target.phase).toMatchObject({ is: "UNREACHABLE", reason: "HTTP_REFUSED" });
});

test("a page or nothing under 404 says what the status says", async () => {
  for (const [host, watched] of Object.entries({
    "page.example": html("<p>x", { status: 404 }),
    "none.example": status(404),
  }))
    expect((await firstLook(host, { watched })).target.phase).toMatchObject({ is: "SUSPECT_GONE" });
});

test("no request begins once the claim could end under it, and what was not asked is no removal", async () => {
  await using slow = await openRig({ slotLimitMs: 1000 });
  let roots = 0;
  const gone = html("<p>This picture was removed");
  const root: Show = () => (roots++, {});
  const site: Site = { watched: picture(pictures.known), beside: shows("hang"), root };
  slow.host.sites.set("slow.example", site);
  const id = await slow.watch(`http://slow.example:${slow.host.port}${WATCHED}`);
  await slow.slot([id]);
  slow.host.sites.set("slow.example", { ...site, watched: gone });
  slow.clock.advance(SLOT_MS);
  await slow.slot([id]);
  expect((await slow.of(id)).phase).toEqual({ is: "PRESENT" });
  expect(roots).toBe(0);
});
