import { syncDown } from '../../loops';
import { runFields, tableField, wholeRun, type RunOperation } from './whole-run';

/** All rows, beside those that are there. */
export const rebuild: RunOperation = {
  name: 'Rebuild',
  action: 'Rebuild a table in D1',
  description: 'Fill tables in D1 anew and swap them for the old ones, which are read until then',
  fields: [tableField, ...runFields],
  hint: {
    message: 'The table is not filled yet: Sync Down goes on with it.',
    when: 'afterExecution',
    condition: '$nodeOutputItem?.json?.more_due === true',
  },
  afterFailure: 'The old table stays in use; the next Sync Down goes on building the new one.',
  execute: wholeRun((item, ports, trigger) =>
    syncDown(ports, { mode: 'rebuild', trigger, table: item.text('table'), full: false, reportOnly: false }),
  ),
};
