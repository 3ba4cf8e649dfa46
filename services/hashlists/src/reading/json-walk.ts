import { Tokenizer, TokenType } from "@streamparser/json";
import { Problem } from "@ntd/service";
import type { ListReader } from "../formats/list-format.ts";
import { refusedFile } from "../formats/refused-file.ts";

export type Scalar = string | number | boolean | null;

/** Is told what stands in a JSON text, in its order. A key is undefined in an array and at the top. */
export interface JsonVisitor {
  open(kind: "object" | "array", key: string | undefined): void;
  close(): void;
  scalar(value: Scalar, key: string | undefined): void;
  /** Where it is, for what is wrong with the text. */
  readonly where: string;
}

/** Characters that a single value may have: more is no field of any list, and would be held in memory. */
const MAX_VALUE = 1024 * 1024;
const MAX_DEPTH = 64;
const STRING_BUFFER = 64 * 1024;

/** What may come next. */
type Expected = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "nothing";

/** Walks through a JSON text as it comes. Holds one value and the way to it, however large the text is. */
export function readerOfJson(visitor: JsonVisitor): ListReader {
  const walk = new Walk(visitor);
  const tokenizer = new Tokenizer({ stringBufferSize: STRING_BUFFER });
  let sinceToken = 0;
  tokenizer.onToken = ({ token, value }) => {
    sinceToken = 0;
    walk.take(token, value);
  };
  tokenizer.onError = (error) => {
    throw error instanceof Problem ? error : notJson(visitor);
  };
  return {
    push: (text) => {
      tokenizer.write(text);
      sinceToken += text.length;
      if (sinceToken > MAX_VALUE) throw refusedFile(`${visitor.where} has a value of over ${MAX_VALUE} characters`);
    },
    end: () => {
      if (!walk.isDone) throw refusedFile(`the file breaks off in ${visitor.where}`);
      if (!tokenizer.isEnded) tokenizer.end();
    },
  };
}

function notJson(visitor: JsonVisitor): Problem {
  return refusedFile(`what stands in ${visitor.where} or behind it is no JSON`);
}

// The grammar: the tokenizer knows words alone.
class Walk {
  readonly #visitor: JsonVisitor;
  /** The objects and arrays around. */
  readonly #around: ("object" | "array")[] = [];
  #key: string | undefined;
  #expected: Expected = "value";

  constructor(visitor: JsonVisitor) {
    this.#visitor = visitor;
  }

  get isDone(): boolean {
    return this.#expected === "nothing";
  }

  take(token: TokenType, value: Scalar): void {
    switch (token) {
      case TokenType.LEFT_BRACE:
        return this.#open("object");
      case TokenType.LEFT_BRACKET:
        return this.#open("array");
      case TokenType.RIGHT_BRACE:
        return this.#close("object", "key or end");
      case TokenType.RIGHT_BRACKET:
        return this.#close("array", "value or end");
      case TokenType.COLON:
        if (this.#expected !== "colon") throw notJson(this.#visitor);
        this.#expected = "value";
        return;
      case TokenType.COMMA:
        if (this.#expected !== "comma or end") throw notJson(this.#visitor);
        this.#expected = this.#around.at(-1) === "object" ? "key" : "value";
        return;
      case TokenType.SEPARATOR:
        throw notJson(this.#visitor);
      case TokenType.STRING:
      case TokenType.NUMBER:
      case TokenType.TRUE:
      case TokenType.FALSE:
      case TokenType.NULL:
        return this.#scalar(token, value);
      default:
        return token satisfies never;
    }
  }

  #open(kind: "object" | "array"): void {
    this.#requireValue();
    if (this.#around.length >= MAX_DEPTH) throw refusedFile(`${this.#visitor.where} is more than ${MAX_DEPTH} deep`);
    this.#visitor.open(kind, this.#key);
    this.#around.push(kind);
    this.#key = undefined;
    this.#expected = kind === "object" ? "key or end" : "value or end";
  }

  #close(kind: "object" | "array", ifEmpty: Expected): void {
    const isEnd = this.#expected === "comma or end" || this.#expected === ifEmpty;
    if (!isEnd || this.#around.pop() !== kind) throw notJson(this.#visitor);
    this.#visitor.close();
    this.#hadValue();
  }

  #scalar(token: TokenType, value: Scalar): void {
    if (this.#expected === "key" || this.#expected === "key or end") {
      if (token !== TokenType.STRING) throw notJson(this.#visitor);
      this.#key = String(value);
      this.#expected = "colon";
      return;
    }
    this.#requireValue();
    this.#visitor.scalar(value, this.#key);
    this.#hadValue();
  }

  #requireValue(): void {
    if (this.#expected !== "value" && this.#expected !== "value or end") throw notJson(this.#visitor);
  }

  #hadValue(): void {
    this.#key = undefined;
    this.#expected = this.#around.length === 0 ? "nothing" : "comma or end";
  }
}
