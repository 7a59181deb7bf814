import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Decile, HourFigures } from '../data';
import { span, type Clock } from './format';

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

/** The drawing's own units: it is scaled to the page, and its text must stay readable on a phone. */
const WIDTH = 520;
const HEIGHT = 220;
const FONT_SIZE = 12;

/** Colours are variables of the page's style, so that they follow light and dark. */
const TEXT = { color: 'var(--muted)', fontSize: FONT_SIZE, fontFamily: 'inherit' };
const GRID_LINE = { lineStyle: { color: 'var(--line)' } };

/** What a chart does under a mouse, which nobody needs here. */
const HOVER_STYLE = /<style[^>]*>.*?<\/style>/gs;

/** Draws a chart as SVG markup; all its texts are this file's own or formatted figures. */
function svg(option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption({ animation: false, ...option });
    return chart.renderToSVGString().replace(HOVER_STYLE, '');
  } finally {
    chart.dispose();
  }
}

function axes(series: HourFigures[], clock: Clock, yAxis: object): EChartsCoreOption {
  return {
    grid: { left: 8, right: 12, top: 36, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: { top: 0, left: 0, icon: 'roundRect', itemWidth: 10, itemHeight: 10, itemGap: 20, textStyle: TEXT },
    xAxis: {
      type: 'category',
      data: series.map(({ hour }) => clock.hour(hour)),
      axisLabel: { ...TEXT, interval: Math.max(0, Math.ceil(series.length / 6) - 1) },
      axisLine: GRID_LINE,
      axisTick: { show: false },
    },
    yAxis: { type: 'value', splitLine: GRID_LINE, ...yAxis },
  };
}

/** Steps of a time axis, in seconds, that read well: 1 s to 1 min, 1 min to 1 h, hours, days. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
const MOST_STEPS = 5;

/** The step that keeps an axis up to `longest` seconds at five lines or fewer. */
function timeStep(longest: number): number {
  const wanted = longest / MOST_STEPS;
  return TIME_STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400;
}

const bars = (name: string, color: string, data: number[]): object => ({
  name,
  type: 'bar',
  stack: 'all',
  barCategoryGap: '25%',
  itemStyle: { color: `var(${color})` },
  silent: true,
  data,
});

const line = (name: string, color: string, data: Array<number | null>): object => ({
  name,
  type: 'line',
  showSymbol: data.filter((value) => value !== null).length === 1,
  connectNulls: false,
  lineStyle: { width: 2, color: `var(${color})` },
  itemStyle: { color: `var(${color})` },
  silent: true,
  data,
});

const compact = new Intl.NumberFormat('en', { notation: 'compact' });

/** Leads settled in each hour, each way, and what failed. */
export function throughputChart(series: HourFigures[], clock: Clock): string {
  return svg({
    ...axes(series, clock, {
      minInterval: 1,
      splitNumber: 4,
      axisLabel: { ...TEXT, formatter: (value: number) => compact.format(value) },
    }),
    series: [
      bars(
        'To Supabase',
        '--series-1',
        series.map(({ to_supabase }) => to_supabase),
      ),
      bars(
        'To Twenty',
        '--series-2',
        series.map(({ to_twenty }) => to_twenty),
      ),
      bars(
        'Intake',
        '--series-3',
        series.map(({ intake }) => intake),
      ),
      bars(
        'Failed',
        '--critical',
        series.map(({ failures }) => failures),
      ),
    ],
  });
}

/** How long a change took to arrive, hour by hour: the middle one, and the slow end. */
export function lagChart(series: HourFigures[], clock: Clock): string {
  const longest = Math.max(1, ...series.map(({ lag_p95 }) => lag_p95 ?? 0));
  const interval = timeStep(longest);
  const max = Math.ceil(longest / interval) * interval;
  return svg({
    ...axes(series, clock, { interval, max, axisLabel: { ...TEXT, formatter: (value: number) => span(value) } }),
    series: [
      line(
        'Median',
        '--series-1',
        series.map(({ lag_p50 }) => lag_p50),
      ),
      line(
        '95 % within',
        '--series-4',
        series.map(({ lag_p95 }) => lag_p95),
      ),
    ],
  });
}

/** What a source won, month by month. */
export interface WonSeries {
  /** Anybody's text: it stands beside the drawing, not in it. */
  name: string;
  color: string;
  amounts: number[];
}

/** Axes of a few bars, each with its name. */
const namedBars = (names: string[], yAxis: object): EChartsCoreOption => ({
  grid: { left: 8, right: 12, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
  xAxis: { type: 'category', data: names, axisLabel: TEXT, axisLine: GRID_LINE, axisTick: { show: false } },
  yAxis: { type: 'value', splitNumber: 4, splitLine: GRID_LINE, ...yAxis },
});

const MONTH = new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC' });

/** Amounts won in each month (`2026-03`), by source. */
export function wonChart(months: string[], series: WonSeries[]): string {
  const names = months.map((month) => MONTH.format(new Date(`${month}-01T00:00:00Z`)));
  return svg({
    ...namedBars(names, { axisLabel: { ...TEXT, formatter: (value: number) => compact.format(value) } }),
    series: series.map(({ color, amounts }, index) => bars(String(index), color, amounts)),
  });
}

/** The win rate of each tenth of the scores, lowest first, with a line where that of all is. */
export function liftChart(deciles: Decile[]): string {
  const rising = [...deciles].sort((one, other) => one.decile - other.decile);
  const known = rising.find(({ lift }) => lift !== null && lift > 0);
  const all = known ? known.win_percent / known.lift! : null;
  return svg({
    ...namedBars(
      rising.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`)),
      { axisLabel: { ...TEXT, formatter: (value: number) => `${value} %` } },
    ),
    series: [
      bars(
        'Won',
        '--series-1',
        rising.map(({ win_percent }) => win_percent),
      ),
      line(
        'All',
        '--muted',
        rising.map(() => all),
      ),
    ],
  });
}
