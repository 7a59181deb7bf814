import { syncDown as syncDownLoop } from '../../loops';
import { runFields, tableField, wholeRun, type RunOperation } from './whole-run';

/** Supabase → D1. */
export const syncDown: RunOperation = {
  name: 'Sync Down',
  action: 'Sync changes down to D1',
  description: 'Bring what changed in Supabase into D1, and fill tables that wait for it',
  fields: [tableField, ...runFields],
  isScheduled: true,
  afterFailure: 'Nothing is lost: what is due stays noted, and the next run goes on where this one stopped.',
  execute: wholeRun((item, ports, trigger) =>
    syncDownLoop(ports, { mode: 'changes', trigger, table: item.text('table'), full: false, reportOnly: false }),
  ),
};
