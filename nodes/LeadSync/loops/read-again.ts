import type { AskedLead } from '../../Twenty/leads/get-many';
import type { Merged } from './changes';
import type { Session } from './session';

/** People to be read again, and when that read counts as begun. */
export interface Again {
  leads: AskedLead[];
  read_started_at: string;
}

/** Reads people by id and sends what is found through the one door. */
export async function readAgain(session: Session, { leads, read_started_at }: Again): Promise<Merged> {
  const found = await session.read((twenty) => twenty.getLeads(leads));
  return await session.merge<Merged>(found, read_started_at);
}
