type Labels = Readonly<Record<string, string>>;
type Samples = number | undefined | readonly (readonly [Labels, number])[];

export interface Counter {
  add(labels?: Labels, count?: number): void;
}
export interface Histogram {
  /** @param times - how often it was seen; default once */
  observe(value: number, times?: number): void;
}

/**
 * Figures in the text format of Prometheus. Label values come from our own lists of words only: a name, an id or anything else
 * that somebody sends would make series without end.
 */
export interface MetricBook {
  counter(name: string, help: string): Counter;
  /** @param bounds - upper bounds of the buckets, rising */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** Read when asked. `undefined`: nothing to say now. */
  gauge(name: string, help: string, read: () => Samples): void;
  /** A figure that only grows, counted elsewhere. */
  total(name: string, help: string, read: () => Samples): void;
  text(): string;
}

export function createMetricBook(): MetricBook {
  const pages: (() => string)[] = [];
  const page = (name: string, help: string, type: string, lines: () => readonly string[]) =>
    pages.push(() => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()].join('\n'));
  const readings = (name: string, read: () => Samples) => () => {
    const samples = read();
    if (samples === undefined) return [];
    const list = typeof samples === 'number' ? [[{}, samples] as const] : samples;
    return list.map(([labels, value]) => lineOf(name, labels, value));
  };

  return {
    counter(name, help) {
      const counts = new Map<string, number>();
      page(name, help, 'counter', () =>
        counts.size === 0 ? [`${name} 0`] : [...counts].map(([labels, count]) => `${name}${labels} ${count}`),
      );
      return {
        add(labels = {}, count = 1) {
          const key = labelText(labels);
          counts.set(key, (counts.get(key) ?? 0) + count);
        },
      };
    },
    histogram(name, help, bounds) {
      const buckets = bounds.map(() => 0);
      let sum = 0;
      let count = 0;
      page(name, help, 'histogram', () => {
        let below = 0;
        const lines = bounds.map((bound, index) => {
          below += buckets[index] ?? 0;
          return lineOf(`${name}_bucket`, { le: String(bound) }, below);
        });
        return [
          ...lines,
          lineOf(`${name}_bucket`, { le: '+Inf' }, count),
          `${name}_sum ${sum}`,
          `${name}_count ${count}`,
        ];
      });
      return {
        observe(value, times = 1) {
          const index = bounds.findIndex((bound) => value <= bound);
          if (index >= 0) buckets[index] = (buckets[index] ?? 0) + times;
          sum += value * times;
          count += times;
        },
      };
    },
    gauge: (name, help, read) => void page(name, help, 'gauge', readings(name, read)),
    total: (name, help, read) => void page(name, help, 'counter', readings(name, read)),
    text: () => `${pages.map((write) => write()).join('\n')}\n`,
  };
}

const lineOf = (name: string, labels: Labels, value: number) => `${name}${labelText(labels)} ${value}`;

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([key, value]) => `${key}="${value.replaceAll(/[\\"\n]/g, '_')}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}
