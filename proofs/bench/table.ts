import type { Bar } from './bars';
import type { Measure, Rate } from './figures';
import type { Report } from './report';

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A Markdown table: readable in a terminal, and as it is in a README. The first column stands left, figures right. */
function markdown(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (row: string[]): string =>
    `| ${row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]) : cell.padStart(widths[n]))).join(' | ')} |`;
  const rule = `|${widths.map((width, n) => (n === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

function measured(name: string, measure: Measure): string[] {
  const { leads, seconds, leads_per_s: speed, twenty_calls: twenty, supabase_calls: supabase } = measure;
  const processor = number(measure.n8n_cpu_s_per_1000, 2);
  return [name, number(leads), number(seconds, 1), number(speed), number(twenty), number(supabase), processor];
}

function unmeasuredCalls(name: string, { leads, seconds, leads_per_s: speed }: Rate): string[] {
  return [name, number(leads), number(seconds, 1), number(speed, 1), '', '', ''];
}

function runs(report: Report): string[][] {
  const named: Array<[string, Measure | null]> = [
    ['First pull', report.first_pull],
    ['Pull, 1 % changed', report.delta_pull],
    ['Pull, no change', report.no_change],
    ['First push', report.first_push],
    ['Push, 1 % changed', report.delta_push],
    ['Push, all changed', report.full_push],
    ['Reconciliation, equal sides', report.reconcile],
  ];
  const item = report.item_at_a_time;
  return [
    ...named.flatMap(([name, measure]) => (measure ? [measured(name, measure)] : [])),
    ...(item ? [unmeasuredCalls('Item at a time, pull', item.pull)] : []),
    ...(item ? [unmeasuredCalls('Item at a time, push', item.push)] : []),
  ];
}

function facts(report: Report): string[][] {
  const { leads_per_hour_at_default_limit: hourly, rss, bytes, database } = report;
  const rows: string[][] = [];
  const add = (name: string, value: string | null): void => {
    if (value !== null) rows.push([name, value]);
  };
  const times = (ratio: number | null): string | null => (ratio === null ? null : `${number(ratio, 1)} ×`);
  add('Faster than item at a time, pull', times(report.ratio_pull));
  add('Faster than item at a time, push', times(report.ratio_push));
  const { of_raw: share } = report;
  add('Of what a raw client gets: pull, create, update', share && `${share.pull}, ${share.create}, ${share.update}`);
  add("Leads an hour at Twenty's default limit, pull", hourly && number(hourly.pull));
  add("Leads an hour at Twenty's default limit, push", hourly && number(hourly.push));
  for (const [count, { calls_per_minute: calls, refused, leads_per_s: speed }] of Object.entries(
    report.workers ?? {},
  )) {
    const name = count === 'unshared' ? '4 workers, each for itself' : `${count} of the workers that share it`;
    add(`${name}: calls a minute, refused, leads/s`, `${number(calls, 1)}, ${refused}, ${number(speed)}`);
  }
  for (const direction of ['pull', 'push'] as const) {
    add(`Peak memory of n8n's process in the first ${direction}`, rss && `${number(rss[direction].peak_mb)} MB`);
    add('… growth over the process before', rss && `${number(rss[direction].growth_mb)} MB`);
  }
  add('Read from Twenty, first pull', bytes && `${number(bytes.full / 1024)} kB`);
  add('Read from Twenty, 1 % changed', bytes && `${number(bytes.delta / 1024)} kB`);
  for (const kind of ['new', 'changed', 'unchanged'] as const) {
    add(`The database alone, ${kind}, in yardsticks`, database && number(database[kind], 1));
  }
  add(
    'A yardstick, plain upserts of 1,000 leads',
    report.yardstick_ms === null ? null : `${number(report.yardstick_ms)} ms`,
  );
  return rows;
}

function barRow([name, { demand, measured: value, limit, holds }]: [string, Bar]): string[] {
  const digits = Number.isInteger(value) && Number.isInteger(limit) ? 0 : 1;
  return [`${name}: ${demand}`, number(value, digits), number(limit, digits), holds ? 'yes' : 'NO'];
}

/** The report for people: three Markdown tables; one without rows is left out. */
export function tables(report: Report): string {
  const sections = [
    [['', 'leads', 'seconds', 'leads/s', 'Twenty calls', 'Supabase calls', 'n8n CPU s/1,000'], ...runs(report)],
    [['', ''], ...facts(report)],
    [['Bar', 'measured', 'limit', 'holds'], ...Object.entries(report.bars).map(barRow)],
  ];
  return sections
    .filter((rows) => rows.length > 1)
    .map(markdown)
    .join('\n\n');
}
