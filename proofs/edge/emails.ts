import type { D1 } from '../../stand-ins/cloudflare';
import type { Json, SupabaseSide } from './supabase-side';

export interface Email extends Json {
  id: string;
  subject: string | null;
  version: number;
  times: Array<string | null>;
}

export const TIMES = ['sent_at', 'delivered_at', 'opened_at', 'clicked_at', 'replied_at', 'bounced_at', 'failed_at'];

/** Both sides as they are read to be compared. */
export interface Sides {
  supabase: Pick<SupabaseSide, 'read'>;
  d1: Pick<D1, 'rows'>;
}

/** E-mails as Supabase has them. */
export async function emailsHere(supabase: Sides['supabase']): Promise<Email[]> {
  return await supabase.read<Email>(
    `select e.id, e.subject, coalesce(r.version, 0)::float8 as version, array[${TIMES.map((name) => `to_char(e.${name} at time zone 'utc', 'YYYY-MM-DD')`).join(', ')}] as times
     from public.emails as e left join lead_sync.edge_rows as r on r.edge_table = 'emails' and r.key = e.id`,
  );
}

/** E-mails as D1 has them. */
export async function emailsThere(d1: Sides['d1']): Promise<Email[]> {
  const rows = await d1.rows<Json>(`select id, subject, edge_version as version, ${TIMES.join(', ')} from emails`);
  return rows.map((row) => ({
    id: row.id as string,
    subject: row.subject as string,
    version: row.version as number,
    times: TIMES.map((name) => (row[name] === null ? null : String(row[name]).slice(0, 10))),
  }));
}
