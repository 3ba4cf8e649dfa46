import type { Helpline } from "@ntd/proto/intake/v1/report_service";
import { fieldsIn, itemsIn, textIn, type Fault } from "@ntd/service";
import { inLanguage, readByLanguage, type ByLanguage } from "./by-language.ts";

/** Who helps a child, by language. */
export type Helplines = ByLanguage<Helpline[]>;

const KEYS = ["name", "phone", "url", "hours"];
/** By the registries nobody's: hosts under it, and a country code that no country has. */
const EXAMPLE_HOST = /(^|\.)example(\.(com|net|org))?\.?$/;
const EXAMPLE_PHONE = /^\+999/;

/** @param isLive examples are refused: a child would call nobody. */
export function readHelplines(data: unknown, fault: Fault, isLive: boolean): Helplines {
  return readByLanguage(data, fault, (list, at, language) => {
    const items = itemsIn(list, at, fault);
    if (items.length === 0) fault(at, "names nobody; name who helps, or leave the language out");
    return items.map((item, index) => readHelpline(item, `${at}[${index}]`, language, isLive, fault));
  });
}

function readHelpline(data: unknown, at: string, language: string, isLive: boolean, fault: Fault): Helpline {
  const given = fieldsIn(data, at, fault, KEYS);
  const optional = (key: string) => (given.has(key) ? textIn(given.get(key), `${at}.${key}`, fault) : "");
  const name = textIn(given.get("name"), `${at}.name`, fault);
  const [phone, url, hours] = [optional("phone"), optional("url"), optional("hours")];
  if (phone === "" && url === "") fault(at, "has neither phone nor url; say how it is reached");
  if (url !== "" && !/^https:\/\/\S+$/.test(url)) fault(`${at}.url`, "does not begin with https://");
  const host = URL.parse(url)?.hostname ?? "";
  if (url !== "" && host === "") fault(`${at}.url`, "is no address");
  if (isLive && (EXAMPLE_HOST.test(host) || EXAMPLE_PHONE.test(phone.replaceAll(/[^+\d]/g, "")))) {
    fault(at, "is an example, which LIVE refuses; put who really helps in its place");
  }
  return { name, language, phone, url, hours };
}

/** Who helps: those of the reporter's own language first, then those of the fallback. */
export function helplinesFor(helplines: Helplines, language: string): Helpline[] {
  return inLanguage(helplines, language).flat();
}
