import { Client } from 'pg';
import { importInstantPushCredential, startInstantPush } from '../../../stack/instant-push';
import { startMeta, type Meta } from '../../../stack/meta';
import type { Shutdown } from '../../../stack/shutdown';
import { publishBundle } from '../../../stack/workflows';
import { toldStep } from '../../progress';
import { startStand, type Stand } from '../stand';
import { startForms, type Forms } from './forms';

/** The stand with its sources on, and what was in it looked at over one connection. */
export interface Stage {
  stand: Stand;
  meta: Meta;
  forms: Forms;
  /** Leads by the host of their e-mail. */
  leadsAt(host: string): Promise<{ leads: number; distinct: number }>;
}

/** Both sides empty, instant pushes on, and a source of each kind that tells n8n of its leads. */
export async function startStage(shutdown: Shutdown): Promise<Stage> {
  const stand = await startStand(shutdown);
  const { client } = stand.n8n;
  const { meta, forms } = await toldStep('Sources and instant pushes are on', async () => {
    const secret = await importInstantPushCredential(client);
    await publishBundle(client, { schedules: false, instantPush: true });
    const listener = await startInstantPush(stand.supabase, stand.n8n, secret);
    shutdown.add('listener', () => listener.stop());
    const started = await startMeta(client, { schedules: false });
    shutdown.add('Meta', () => started.stop());
    return { meta: started, forms: await startForms(stand.n8n) };
  });
  const database = new Client({ connectionString: stand.supabase.databaseUrl });
  await database.connect();
  shutdown.add('connection', () => database.end());
  const leadsAt = async (host: string): Promise<{ leads: number; distinct: number }> => {
    const { rows } = await database.query<{ leads: number; distinct: number }>(
      `select count(*)::integer as leads, count(distinct email)::integer as distinct from public.leads where email like '%@' || $1`,
      [host],
    );
    return rows[0];
  };
  return { stand, meta, forms, leadsAt };
}
