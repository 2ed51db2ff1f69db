/** The content type of Prometheus' text format. */
export const TEXT_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

/** One line of a metric family. `suffix` follows the name of the family, as `_bucket` does. */
export type Series = { labels?: Labels; value: number; suffix?: string };

export type Family = {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  series: readonly Series[];
};

/** Metric families in Prometheus' text format; every series gets `common` after its own labels. */
export function textOf(families: readonly Family[], common: Labels): string {
  const shared = pairs(common);
  const texts = families.map(({ name, type, help, series }) => {
    const lines = series.map(({ labels = {}, value, suffix = '' }) => {
      const all = [...pairs(labels), ...shared];
      return `${name}${suffix}{${all.join(',')}} ${value}`;
    });
    return [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...lines].join('\n');
  });
  return `${texts.join('\n\n')}\n`;
}

function pairs(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
