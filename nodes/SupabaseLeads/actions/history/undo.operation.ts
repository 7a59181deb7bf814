import type { IDataObject } from 'n8n-workflow';
import { eachItem, namesIn, timeOf, type Item } from '../../../frame';
import type { FunctionArguments } from '../../transport/client';
import { decidedByField } from '../fields';
import { leadIdsOf } from '../lead-ids';
import type { Operation } from '../types';
import { runIdOf } from './run-id';

/** What of the history is to be set back. */
function scopeOf(item: Item): FunctionArguments {
  switch (item.text('scope')) {
    case 'run': {
      const run = runIdOf(item);
      if (run === null) throw item.error('There is no run ID', 'Give the id of a row of lead_sync_runs.');
      return { p_run_id: run };
    }
    case 'leads':
      return { p_lead_ids: leadIdsOf(item, 1000) };
    default: {
      const from = timeOf(item, 'from');
      if (from === null)
        throw item.error('There is no time to begin with', 'Set From to the time before it went wrong.');
      return { p_from: from, p_until: timeOf(item, 'until') };
    }
  }
}

/** Sets back what the sync changed, or says what it would set back (`undo_sync`): an output item for each field. */
export const undo: Operation = {
  name: 'Undo',
  action: 'Undo what the sync changed',
  description:
    'Set leads back to the values before, or only see what that would do. The next push carries it to Twenty.',
  fields: [
    {
      displayName: 'What to Undo',
      name: 'scope',
      type: 'options',
      options: [
        { name: 'Leads', value: 'leads', description: 'All that is kept of some leads' },
        { name: 'Run', value: 'run', description: 'What one sync run did, or one undo' },
        { name: 'Time Range', value: 'time', description: 'All that was changed in a time' },
      ],
      default: 'run',
    },
    {
      displayName: 'Run ID',
      name: 'runId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. {{ $json.run_id }}',
      description: 'ID of the sync run, or the undo_id of an undo',
      displayOptions: { show: { scope: ['run'] } },
    },
    {
      displayName: 'Lead IDs',
      name: 'leadIds',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. {{ $json.lead_id }}',
      description: 'Comma-separated list of up to 1,000 leads',
      displayOptions: { show: { scope: ['leads'] } },
    },
    {
      displayName: 'From',
      name: 'from',
      type: 'dateTime',
      default: '',
      required: true,
      description: 'The time before it went wrong',
      displayOptions: { show: { scope: ['time'] } },
    },
    {
      displayName: 'Until',
      name: 'until',
      type: 'dateTime',
      default: '',
      description: 'The time when it was right again. Leave empty for now.',
      displayOptions: { show: { scope: ['time'] } },
    },
    {
      displayName: 'Only Preview',
      name: 'onlyPreview',
      type: 'boolean',
      default: true,
      description: 'Whether to say what would be set back and leave everything as it is',
    },
    {
      displayName: 'Fields',
      name: 'fieldNames',
      type: 'string',
      default: '',
      placeholder: 'e.g. first_name, last_name',
      description: 'Comma-separated list of fields of leads to set back. Leave empty for all.',
    },
    decidedByField,
  ],
  execute: eachItem(async (item, database) => {
    const isPreview = item.boolean('onlyPreview', true);
    const fields = namesIn(item.value('fieldNames'));
    const args = {
      ...scopeOf(item),
      p_fields: fields.length > 0 ? fields : null,
      p_apply: !isPreview,
      p_by: item.text('decidedBy'),
    };
    const rows: IDataObject[] = [];
    let page: IDataObject = {};
    do {
      const at = { p_position: page.position ?? null, p_undo_id: page.undo_id ?? null };
      page = await database.call('undo_sync', { ...args, ...at }, item.index);
      const undone = (page.undone as IDataObject[]).map((row) => ({
        outcome: isPreview ? 'would be undone' : 'undone',
        ...row,
      }));
      const kept = (page.kept as IDataObject[]).map((row) => ({ outcome: 'kept', ...row }));
      for (const row of [...undone, ...kept]) rows.push(isPreview ? row : { ...row, undo_id: page.undo_id });
    } while (page.has_next === true && !item.isCancelled);
    return rows;
  }),
};
