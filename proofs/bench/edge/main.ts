/** `npm run bench:edge -- [--json] [--leads 100000] [--item-rows 300] [--latency 20]`: what the edge replica costs, by the node in a real n8n, over Cloudflare's API in front of workerd. */
import type { Shutdown } from '../../../stack/shutdown';
import { readArguments } from '../../arguments';
import { tell } from '../../progress';
import { runProof } from '../../run-proof';
import { measureEdge, type EdgeFigures } from './measure';
import { ApiSide, NodeSide } from './sides';

interface Bar {
  demand: string;
  measured: number;
  holds: boolean;
}

function barsOf({ fill, no_change: quiet, check, rebuild, ratio, down, up }: EdgeFigures): Record<string, Bar> {
  const bar = (demand: string, measured: number, holds: boolean): Bar => ({ demand, measured, holds });
  const perThousand = (calls: number, rows: number): number => Number(((calls * 1000) / rows).toFixed(2));
  const most = Math.max(
    perThousand(fill.calls, fill.leads),
    perThousand(down.calls, down.rows),
    perThousand(up.calls, up.events),
  );
  const wholeShare = Number((check.rows_read / check.compared).toFixed(3));
  const hourlyShare = Number((check.hourly_rows_read / check.compared).toFixed(4));
  return {
    calls_per_1000_rows: bar('at most 2 calls for 1,000 rows', most, most <= 2),
    no_change: bar(
      'at most 1 call where nothing changed, however many leads',
      Math.max(quiet.calls, quiet.calls_at_1000),
      Math.max(quiet.calls, quiet.calls_at_1000) <= 1,
    ),
    daily_check: bar('rows read by a daily check, per row: at most 1.1', wholeShare, wholeShare <= 1.1),
    hourly_check: bar('rows read by an hourly check, per row: at most 0.01', hourlyShare, hourlyShare <= 0.01),
    rebuild: bar(
      'no reader sees fewer than all rows',
      rebuild.fewest_rows_seen,
      rebuild.fewest_rows_seen === fill.leads,
    ),
    ratio: bar('at least 50 times as fast as row by row', ratio, ratio >= 50),
  };
}

async function bench(shutdown: Shutdown): Promise<boolean> {
  const { values } = readArguments({
    options: {
      leads: { type: 'string', default: '100000' },
      'item-rows': { type: 'string', default: '300' },
      latency: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  const settings = {
    leads: Number(values.leads),
    itemRows: Number(values['item-rows']),
    latencyMs: Number(values.latency),
  };
  if (!(settings.leads >= 1_000 && settings.itemRows >= 1 && settings.latencyMs >= 0))
    throw new Error('--leads takes 1,000 or more, --item-rows 1, --latency 0.');
  const api = await ApiSide.open(settings.latencyMs, shutdown);
  const node = await NodeSide.open(api, shutdown);
  const figures = await measureEdge({ node, api, tell }, settings);
  const bars = barsOf(figures);
  const lines = Object.values(bars).map(({ demand, measured, holds }) => `${holds ? '✓' : '✗'} ${demand}: ${measured}`);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...figures, settings, bars }, null, 2)}\n`
      : `${JSON.stringify(figures, null, 2)}\n${lines.join('\n')}\n`,
  );
  return Object.values(bars).every(({ holds }) => holds);
}

void runProof(bench);
