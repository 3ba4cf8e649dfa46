import { plainName } from "../formats/list-record.ts";
import { saysHarmless } from "./verdicts.ts";

/** A list has few classes. */
const MOST_CLASSES = 12;
const LONGEST = 60;
/** So many fields tell that words come again and again. */
const MANY = 20;
const AGAIN = 5;
const CODE = /^(?:\d{1,2}|[a-z]\d?|[ivx]{1,4})$/i;

/** What columns of examiners' tables hold again and again that is no class. */
const OTHERS = new Set(
  (
    "filetype type extension fileextension ext mimetype mime format mediatype dateityp dateiendung endung typ " +
    "series serie isseries victim victimidentified victimsidentified offender offenderidentified opfer tater taeter " +
    "isdistributed distributed issuspected isprecategorized isdeleted deleted geloscht geloescht exists allocated " +
    "country countrycode land pays source quelle origin herkunft provider agency dienststelle department owner " +
    "case caseid casenumber fall fallnummer evidence evidenceid asservat device gerat geraet drive volume partition " +
    "path filepath folder directory ordner pfad file filename name dateiname tool software version user username " +
    "examiner bearbeiter analyst camera cameramake cameramodel model make width height breite hohe hoehe duration " +
    "dauer pages frames framecount count anzahl copies duplicates language sprache gender sex geschlecht date datum " +
    "created modified accessed year jahr timezone number nr no line row index"
  ).split(" "),
);

/** A column whose name nobody knows: whether what stands in it may be classes is seen at the end. */
export class UnknownColumn {
  readonly #values = new Set<string>();
  #filled = 0;
  #isOf: "few" | "many" | "harmless" = "few";

  /** Whether its name alone says that it has no classes. */
  static isOther(name: string): boolean {
    return OTHERS.has(plainName(name));
  }

  take(value: string): void {
    if (value === "" || this.#isOf !== "few") return;
    this.#filled++;
    if (this.#values.has(value)) return;
    if (saysHarmless(value)) this.#isOf = "harmless";
    else if (value.length > LONGEST || this.#values.size >= MOST_CLASSES) {
      this.#isOf = "many";
      this.#values.clear();
    }
    // Copied, since a piece of a text keeps the whole text that it was cut from.
    else this.#values.add(Buffer.from(value).toString());
  }

  get mayBeClasses(): boolean {
    const { size } = this.#values;
    if (this.#isOf !== "few") return this.#isOf === "harmless";
    if ([...this.#values].every((value) => CODE.test(value))) return this.#filled > size;
    return size > 1 && this.#filled >= Math.max(MANY, AGAIN * size);
  }
}
