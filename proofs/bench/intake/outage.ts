import { toldStep } from '../../progress';
import type { Stage } from './stage';

const HOST = 'outage.example';

/** Leads and calls that no webhook tells of, and then one run of each workflow as its schedule makes it. */
export async function measureOutage(stage: Stage, count: number): Promise<{ missed: number }> {
  return await toldStep(`${count} leads and ${count} calls without a webhook`, async () => {
    const { stand, meta, knowlarity, database, leadsAt } = stage;
    const phones = Array.from({ length: count }, (_, n) => `+9197${String(n).padStart(8, '0')}`);
    for (const [n, phone] of phones.entries()) {
      meta.api.store.addLead(meta.formId, { email: `lead${n}@${HOST}`, full_name: `Ada ${n}` });
      knowlarity.api.store.addCall(phone);
    }
    for (const { workflowId } of [meta, knowlarity]) {
      const { status } = await stand.n8n.client.runWorkflow(workflowId);
      if (status !== 'success') throw new Error(`The poll ended with ${status}.`);
    }
    const { rowCount } = await database.query('select distinct phone from public.leads where phone = any ($1)', [
      phones,
    ]);
    return { missed: 2 * count - (await leadsAt(HOST)).distinct - (rowCount ?? 0) };
  });
}
