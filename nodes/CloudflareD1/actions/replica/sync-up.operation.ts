import { syncUp as syncUpLoop } from '../../loops';
import { runFields, tableField, wholeRun, type RunOperation } from './whole-run';

/** D1 → Supabase. */
export const syncUp: RunOperation = {
  name: 'Sync Up',
  action: 'Sync changes up from D1',
  description: 'Bring e-mails and their events from D1 into Supabase',
  fields: [{ ...tableField, placeholder: 'e.g. emails' }, ...runFields],
  isScheduled: true,
  afterFailure: 'Nothing is lost: what is not stored stays listed in D1, and the next run reads it.',
  execute: wholeRun((item, ports, trigger) =>
    syncUpLoop(ports, { mode: 'changes', trigger, table: item.text('table'), full: false, reportOnly: false }),
  ),
};
