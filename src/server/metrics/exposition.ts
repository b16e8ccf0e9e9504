import { formatValue, type Labels, type Metric } from './metric.ts';

/** A text format of Prometheus, with its media type. */
export const expositionTypes = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const;
/** Prometheus text 0.0.4, or OpenMetrics 1.0. */
export type Exposition = keyof typeof expositionTypes;

/** The format that an Accept header asks for. */
export function chooseExposition(accept: string | null): Exposition {
  return /\bapplication\/openmetrics-text\b(?!\s*;\s*q=0(?:\.0*)?(?:[,;\s]|$))/i.test(accept ?? '')
    ? 'openmetrics'
    : 'prometheus';
}

/** Writes metrics in a text format. */
export function writeExposition(metrics: readonly Metric[], format: Exposition): string {
  const isOpen = format === 'openmetrics';
  const lines = metrics.flatMap(({ name, help, type, samples }) => {
    // Text 0.0.4 calls a counter by the name of its samples.
    const family = type === 'counter' && !isOpen ? `${name}_total` : name;
    return [
      `# HELP ${family} ${escapeText(help)}`,
      `# TYPE ${family} ${type}`,
      ...samples().map(({ suffix, labels, value }) => `${name}${suffix}${writeLabels(labels)} ${formatValue(value)}`),
    ];
  });
  return `${[...lines, ...(isOpen ? ['# EOF'] : [])].join('\n')}\n`;
}

function writeLabels(labels: Labels): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${escapeText(value).replaceAll('"', '\\"')}"`).join(',')}}`;
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
