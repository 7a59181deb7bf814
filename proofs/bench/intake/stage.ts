import { Client } from 'pg';
import { importInstantPushCredential, startInstantPush } from '../../../stack/instant-push';
import { startKnowlarity, type Knowlarity } from '../../../stack/knowlarity';
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
  knowlarity: Knowlarity;
  database: Client;
  /** Leads by the host of their e-mail. */
  leadsAt(host: string): Promise<{ leads: number; distinct: number }>;
}

/** Both sides empty, instant pushes on, and a source of each kind that tells n8n of its leads. */
export async function startStage(shutdown: Shutdown): Promise<Stage> {
  const stand = await startStand(shutdown);
  const { client } = stand.n8n;
  const sources = await toldStep('Sources and instant pushes are on', async () => {
    const secret = await importInstantPushCredential(client);
    await publishBundle(client, { schedules: false, instantPush: true });
    const listener = await startInstantPush(stand.supabase, stand.n8n, secret);
    shutdown.add('listener', () => listener.stop());
    const started = await startMeta(client, { schedules: false });
    shutdown.add('Meta', () => started.stop());
    const knowlarity = await startKnowlarity(client, { schedules: false });
    shutdown.add('Knowlarity', () => knowlarity.stop());
    return { meta: started, knowlarity, forms: await startForms(stand.n8n) };
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
  return { stand, ...sources, database, leadsAt };
}
