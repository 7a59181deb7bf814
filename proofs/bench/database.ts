import { Client } from 'pg';
import type { DatabaseFigures } from './figures';
import { snapshots, timeOf, withYardstick } from './yardstick';

const ROUNDS = 5;
const DAY_MS = 86_400_000;

const DOOR = `select public.upsert_leads($1, 'twenty')`;

/**
 * What the database takes for 1,000 people that are new, as they were, and changed, with the scoring rules that come along in
 * force, in yardsticks. The least of some rounds in turn each.
 */
export async function measureDatabase(databaseUrl: string): Promise<DatabaseFigures> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("select public.publish_scoring_rules('bench')");
    return await withYardstick(client, async (measureYardstick) => {
      const rounds: Array<Record<'yardstick' | 'new' | 'unchanged' | 'changed', number>> = [];
      for (let round = 0; round < ROUNDS; round++) {
        const first = snapshots(round, '', new Date(Date.now() - DAY_MS));
        rounds.push({
          yardstick: await measureYardstick(round),
          new: await timeOf(client, DOOR, first),
          unchanged: await timeOf(client, DOOR, first),
          changed: await timeOf(client, DOOR, snapshots(round, ' B.', new Date())),
        });
      }
      const least = (of: (round: (typeof rounds)[number]) => number): number => Math.min(...rounds.map(of));
      const yardstick = least((round) => round.yardstick);
      const multiple = (milliseconds: number): number => Number((milliseconds / yardstick).toFixed(1));
      return {
        yardstick_ms: Number(yardstick.toFixed(1)),
        database: {
          new: multiple(least((round) => round.new)),
          changed: multiple(least((round) => round.changed)),
          unchanged: multiple(least((round) => round.unchanged)),
        },
      };
    });
  } finally {
    await client.end();
  }
}
