import { deliveryOf, sendDelivery } from '../../../stand-ins/meta';
import { tell, toldStep } from '../../progress';
import { percentile } from '../realtime/figures';
import { untilSo } from '../realtime/sides';
import type { Burst } from './figures';
import type { IntakeOptions } from './options';
import type { Stage } from './stage';

const HOST = 'burst.example';
const TIMEOUT_MS = 180_000;
/** Of the shuffle, the same order every time (the constants of Numerical Recipes' generator). */
const SEED = 20_261_128;

function shuffled<T>(list: readonly T[]): T[] {
  const result = [...list];
  let state = SEED;
  for (let last = result.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}

/** Many senders at once deliver new leads, each twice and in any order. */
export async function measureBurst(
  { stand, meta, leadsAt }: Stage,
  { deliveries: count, senders }: Pick<IntakeOptions, 'deliveries' | 'senders'>,
): Promise<Burst> {
  return await toldStep(`${count} deliveries, twice each, from ${senders} senders`, async () => {
    const { api, formId } = meta;
    const url = api.graph.subscription?.callback_url ?? '';
    const deliveries = Array.from({ length: count }, (_, n) =>
      deliveryOf(api.store, [api.store.addLead(formId, { email: `lead${n}@${HOST}`, full_name: `Ada ${n}` })]),
    );
    const queue = shuffled([...deliveries.keys(), ...deliveries.keys()]);
    const refused = new Set<number>();
    const milliseconds: number[] = [];
    api.calls.length = 0;
    const startedAt = performance.now();
    const seconds = (): string => ((performance.now() - startedAt) / 1_000).toFixed(1);
    const sender = async (): Promise<void> => {
      for (let n = queue.pop(); n !== undefined; n = queue.pop()) {
        const sentAt = performance.now();
        const status = await sendDelivery(url, deliveries[n]);
        milliseconds.push(performance.now() - sentAt);
        if (status < 200 || status > 299) refused.add(n);
      }
    };
    await Promise.all(Array.from({ length: senders }, sender));
    tell(`  sent after ${seconds()} s`);
    const people = async (): Promise<string[]> =>
      (await stand.twenty.people())
        .map(({ emails }) => emails.primaryEmail)
        .filter((email) => email.endsWith(`@${HOST}`));
    const isThere = async (): Promise<boolean> => (await leadsAt(HOST)).leads >= count;
    await untilSo('Every lead of the burst in Supabase', isThere, TIMEOUT_MS).catch(told);
    tell(`  in Supabase after ${seconds()} s`);
    await untilSo('Every lead in Twenty', async () => (await people()).length >= count, TIMEOUT_MS).catch(told);
    tell(`  in Twenty after ${seconds()} s`);
    const { leads, distinct } = await leadsAt(HOST);
    const emails = await people();
    return {
      deliveries: count,
      leads: distinct,
      doubled: leads - distinct + emails.length - new Set(emails).size,
      accepted: count - refused.size,
      answer_p95_ms: Math.round(percentile(milliseconds, 0.95)),
      graph_calls: api.calls.filter((call) => !call.startsWith('part ')).length,
    };
  });
}

const told = (error: Error): void => tell(`  ${error.message}`);
