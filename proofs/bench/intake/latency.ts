import { setTimeout as delay } from 'node:timers/promises';
import { sendPush } from '../../../stand-ins/knowlarity';
import { deliveryOf, sendDelivery } from '../../../stand-ins/meta';
import { toldStep } from '../../progress';
import { latencyOf, type Latency } from '../realtime/figures';
import { untilSo } from '../realtime/sides';
import type { Source } from './figures';
import type { IntakeOptions } from './options';
import type { Stage } from './stage';

const TIMEOUT_MS = 60_000;

/** Has a provider tell n8n of a new lead, who is known by an e-mail, or a number in full; gives the status of n8n's answer. */
type Event = (who: string, n: number) => Promise<number>;

function eventOf({ meta, forms, knowlarity }: Stage, source: Source): Event {
  if (source === 'knowlarity') {
    const { api, hook } = knowlarity;
    return async (phone) => await sendPush(hook.address, api.store.addCall(phone), hook);
  }
  if (source === 'form') return async (email, n) => await forms.send({ name: `Ada ${n}`, email, submission_id: email });
  const { api, formId } = meta;
  return async (email, n) => {
    const lead = api.store.addLead(formId, { email, full_name: `Ada ${n}` });
    return await sendDelivery(api.graph.subscription?.callback_url ?? '', deliveryOf(api.store, [lead]));
  };
}

/** Made-up mobile numbers of India: others for each host, which tells measurements apart. */
const phoneAt = (host: string, n: number): string =>
  `+9198${String((host.length * 100_000 + n) % 10 ** 8).padStart(8, '0')}`;

/** Leads at a steady rate, each timed from its provider's event to when Twenty says that its person was created. */
export async function measureLatency(
  stage: Stage,
  source: Source,
  { samples, rate }: Pick<IntakeOptions, 'samples' | 'rate'>,
  host = `${source}.example`,
): Promise<Latency> {
  return await toldStep(`${samples} leads of ${source}, ${rate} a second`, async () => {
    const send = eventOf(stage, source);
    const sentAt = new Map<string, number>();
    const answers: Array<Promise<number>> = [];
    const startedAt = performance.now();
    for (let n = 0; n < samples; n += 1) {
      const who = source === 'knowlarity' ? phoneAt(host, n) : `lead${n}@${host}`;
      sentAt.set(who, Date.now());
      answers.push(send(who, n));
      await delay(Math.max(0, startedAt + ((n + 1) * 1_000) / rate - performance.now()));
    }
    const refused = (await Promise.all(answers)).filter((status) => status !== 200);
    if (refused.length > 0) throw new Error(`n8n answered ${refused.join(', ')} instead of 200.`);
    const arrived = async (): Promise<Array<{ who: string; at: number }>> =>
      (await stage.stand.twenty.people())
        .map(({ emails, phones, createdAt }) => ({
          who: emails.primaryEmail || `${phones.primaryPhoneCallingCode}${phones.primaryPhoneNumber}`,
          at: Date.parse(createdAt),
        }))
        .filter(({ who }) => sentAt.has(who));
    await untilSo(`All leads of ${source} in Twenty`, async () => (await arrived()).length >= samples, TIMEOUT_MS);
    return latencyOf((await arrived()).map(({ who, at }) => at - (sentAt.get(who) ?? at)));
  });
}
