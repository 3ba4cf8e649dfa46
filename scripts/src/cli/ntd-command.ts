import { Command, InvalidArgumentError, type Argument, type ErrorOptions, type Option } from "commander";

/** What is missing is told anew, all of it; of the others commander says one, in its words. */
const MISSING: ReadonlySet<string | undefined> = new Set([
  "commander.missingMandatoryOptionValue",
  "commander.missingArgument",
]);
const ONE: ReadonlySet<string | undefined> = new Set(["commander.unknownOption", "commander.excessArguments"]);

/** A command that names at once all that is wrong with its line: commander names the first. */
export class NtdCommand extends Command {
  readonly #wrong = new Map<Option | Argument, string>();

  override createCommand(name?: string): Command {
    return new NtdCommand(name);
  }

  override addOption(option: Option): this {
    this.#keepsFaults(option, (value) => `option '${option.flags}' argument '${value}' is invalid.`);
    return super.addOption(option);
  }

  override addArgument(argument: Argument): this {
    this.#keepsFaults(argument, (value) => `argument '${argument.name()}' is not to be '${value}'.`);
    return super.addArgument(argument);
  }

  override error(message: string, options?: ErrorOptions): never {
    const isMissing = MISSING.has(options?.code);
    if (!isMissing && !ONE.has(options?.code)) return super.error(message, options);
    const [unknown] = this.args.filter((word) => word.length > 1 && word.startsWith("-"));
    const all = [
      ...(isMissing ? [] : [message.replace(/^error: /, "")]),
      ...(isMissing && unknown !== undefined ? [`unknown option '${unknown}'`] : []),
      ...this.#missingOptions(),
      // What stands behind an unknown option may be its value.
      ...(unknown === undefined ? this.#missingArguments() : []),
      ...this.#faults(),
    ];
    return super.error(`error: ${listed(all)}`, options);
  }

  /** Says what was wrong with values, where nothing else was. */
  requireValid(): void {
    const faults = this.#faults();
    if (faults.length > 0) super.error(`error: ${listed(faults)}`, { code: "commander.invalidArgument" });
  }

  #faults(): string[] {
    const above = this.parent instanceof NtdCommand ? this.parent.#faults() : [];
    return [...above, ...this.#wrong.values()];
  }

  #missingOptions(): string[] {
    const missing = this.options.filter(
      (one) => one.mandatory && !this.#wrong.has(one) && this.getOptionValue(one.attributeName()) === undefined,
    );
    const flags = missing.map((one) => `'${one.flags}'`).join(", ");
    return flags === "" ? [] : [`required option${missing.length === 1 ? "" : "s"} ${flags} not specified`];
  }

  #missingArguments(): string[] {
    const missing = this.registeredArguments.slice(this.args.length).filter(({ required }) => required);
    const names = missing.map((one) => `'${one.name()}'`).join(", ");
    return names === "" ? [] : [`missing required argument${missing.length === 1 ? "" : "s"} ${names}`];
  }

  // A value that is wrong is kept, and the line read on.
  #keepsFaults(target: Option | Argument, said: (value: string) => string): void {
    const parse = target.parseArg;
    if (parse === undefined) return;
    target.argParser((value: string, previous: unknown) => {
      try {
        return parse(value, previous as never) as unknown;
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error;
        this.#wrong.set(target, `${said(value)} ${error.message}`);
        return previous;
      }
    });
  }
}

/** Each fault may be a sentence of its own. */
function listed(faults: readonly string[]): string {
  return faults.length === 1 ? faults.join("") : faults.map((one) => one.replace(/\.$/, "")).join("; ");
}
