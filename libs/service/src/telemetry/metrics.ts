import { metrics } from "@opentelemetry/api";

/** Low-cardinality facts about a measurement. Never an id, an address, a hash or a person. */
export type Labels = Readonly<Record<string, string>>;

// Module scope is safe: the telemetry door is loaded before every other module, and without it these do nothing.
const meter = metrics.getMeter("ntd");

/** Counts something that happened; `name` without `_total`, which the endpoint adds. */
export function counter(name: string, description: string): (labels?: Labels, by?: number) => void {
  const instrument = meter.createCounter(name, { description });
  return (labels = {}, by = 1) => instrument.add(by, labels);
}

/** Records how long or how large something was; `unit` is UCUM (`s`, `By`). */
export function histogram(
  name: string,
  description: string,
  unit: string,
  boundaries: readonly number[],
): (value: number, labels?: Labels) => void {
  const instrument = meter.createHistogram(name, {
    description,
    unit,
    advice: { explicitBucketBoundaries: [...boundaries] },
  });
  return (value, labels = {}) => instrument.record(value, labels);
}

/** Shows what `read` returns whenever somebody looks, until disposed. */
export function gauge(
  name: string,
  description: string,
  read: () => Iterable<readonly [value: number, labels: Labels]>,
): Disposable {
  const instrument = meter.createObservableGauge(name, { description });
  const observe: Parameters<typeof instrument.addCallback>[0] = (result) => {
    for (const [value, labels] of read()) result.observe(value, labels);
  };
  instrument.addCallback(observe);
  return { [Symbol.dispose]: () => instrument.removeCallback(observe) };
}
