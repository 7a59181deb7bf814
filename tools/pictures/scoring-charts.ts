/**
 * `npx tsx tools/pictures/scoring-charts.ts`: draws how the scores spread and what each rule gives into docs/images, from the leads at
 * SUPABASE_URL with SUPABASE_SERVICE_KEY, as `npm start` prints them.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { BarChart } from 'echarts/charts';
import { GridComponent, TitleComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, GridComponent, TitleComponent, SVGRenderer]);

/** What `get_scoring_report` answers. */
interface ScoringReport {
  leads: number;
  average: number;
  distribution: Array<{ from: number; to: number; leads: number }>;
  rules: Array<{ rule_key: string; leads: number; points: number }>;
}

const FOLDER = resolve('docs/images');
const WIDTH = 760;
const ROW_HEIGHT = 22;
const TEXT = { color: '#444444', fontFamily: 'sans-serif', fontSize: 12 };
const GAINS = '#3f7fbf';
const LOSSES = '#c2554d';

async function draw(name: string, height: number, title: string, option: EChartsCoreOption): Promise<void> {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: title, left: 12, top: 8, textStyle: { ...TEXT, fontSize: 14 } },
    grid: { left: 16, right: 56, top: 48, bottom: 16, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    ...option,
  });
  const file = resolve(FOLDER, `${name}.svg`);
  await writeFile(file, `${chart.renderToSVGString()}\n`);
  chart.dispose();
  console.log(file);
}

async function readReport(): Promise<ScoringReport> {
  const { SUPABASE_URL: url, SUPABASE_SERVICE_KEY: key } = process.env;
  if (!url || !key) throw new Error('Set SUPABASE_URL and SUPABASE_SERVICE_KEY, as npm start prints them.');
  const client = createClient(url, key, { auth: { persistSession: false } });
  const { data, error } = await client.rpc('get_scoring_report', { p_sample: 10_000 });
  if (error) throw new Error(`The scoring report cannot be read: ${error.message}`);
  return data as ScoringReport;
}

async function main(): Promise<void> {
  const { leads, average, distribution, rules } = await readReport();
  await draw('score-distribution', 300, `Scores of ${leads} leads, on average ${average.toFixed(1)}`, {
    xAxis: { type: 'category', data: distribution.map(({ from, to }) => `${from}–${to}`), axisLabel: TEXT },
    yAxis: { type: 'value', axisLabel: TEXT },
    series: [
      {
        type: 'bar',
        itemStyle: { color: GAINS },
        label: { show: true, position: 'top', ...TEXT },
        data: distribution.map((band) => band.leads),
      },
    ],
  });
  const ranked = rules.filter(({ points }) => points !== 0).sort((a, b) => a.points - b.points);
  await draw('rule-contributions', 72 + ranked.length * ROW_HEIGHT, `Points that each rule gives to ${leads} leads`, {
    xAxis: { type: 'value', axisLabel: TEXT },
    yAxis: {
      type: 'category',
      data: ranked.map(({ rule_key }) => rule_key),
      axisLabel: TEXT,
      axisLine: { onZero: false },
    },
    series: [
      {
        type: 'bar',
        label: { show: true, position: 'right', ...TEXT },
        data: ranked.map(({ points }) => ({
          value: Math.round(points),
          itemStyle: { color: points < 0 ? LOSSES : GAINS },
          label: { position: points < 0 ? 'left' : 'right' },
        })),
      },
    ],
  });
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
