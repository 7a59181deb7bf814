import { toldStep } from '../../progress';
import type { Stage } from './stage';

const HOST = 'outage.example';

/** Leads that no webhook tells of, and then one run of the workflow as its schedule makes it. */
export async function measureOutage({ stand, meta, leadsAt }: Stage, count: number): Promise<{ missed: number }> {
  return await toldStep(`${count} leads without a webhook`, async () => {
    const { api, formId, workflowId } = meta;
    for (let n = 0; n < count; n += 1) api.store.addLead(formId, { email: `lead${n}@${HOST}`, full_name: `Ada ${n}` });
    const { status } = await stand.n8n.client.runWorkflow(workflowId);
    if (status !== 'success') throw new Error(`The poll ended with ${status}.`);
    return { missed: count - (await leadsAt(HOST)).distinct };
  });
}
