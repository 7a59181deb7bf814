import { eachItem, type Item, type Output } from '../../frame';
import { DEFAULT_PAGE_SIZE } from '../../Twenty/records/limits';
import { preview as previewLoop } from '../loops/preview/preview';
import { connectReads } from '../n8n-ports';
import { policyField, syncedObjectField } from './fields';
import { callSettings, type Operation } from './whole-run';

const DEFAULT_BATCH_SIZE = 600;
const DEFAULT_EXAMPLES = 5;

/** What the next sync would do. */
export const preview: Operation = {
  name: 'Preview',
  action: 'Preview a sync',
  description: 'Say what the next pull and push would do, and write nothing on either side',
  fields: [
    syncedObjectField,
    {
      displayName: 'Mode',
      name: 'mode',
      type: 'options',
      options: [
        { name: 'Delta', value: 'delta', description: 'What changed since the last run; before the first run, all' },
        { name: 'Full', value: 'full', description: 'Everything, as if it were read again' },
      ],
      default: 'delta',
    },
    policyField,
    {
      displayName: 'Examples',
      name: 'examples',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 100 },
      default: DEFAULT_EXAMPLES,
      description: 'How many records to show side by side of each kind of change',
    },
    {
      displayName: 'Changed Mapping',
      name: 'mapping',
      type: 'json',
      default: '',
      description:
        'Rows of lead_sync.field_mappings as they are to be, to see what a change would do before it is made. Rows that are not named stay.',
    },
    {
      displayName: 'Strict',
      name: 'strict',
      type: 'boolean',
      default: false,
      description: 'Whether to count calls as a strict push makes them. Off takes the setting in the database.',
    },
  ],
  afterFailure: 'Nothing was written.',
  execute: eachItem(async (item) => await previewOf(item)),
};

async function previewOf(item: Item): Promise<Output> {
  const mapping = item.list('mapping', []);
  const report = await previewLoop(await connectReads(item.context, item.index, callSettings(item)), {
    object: item.text('object'),
    mode: item.text('mode') === 'full' ? 'full' : 'delta',
    policy: item.text('policy'),
    strict: item.boolean('strict'),
    mapping: mapping.length > 0 ? mapping : null,
    pageSize: DEFAULT_PAGE_SIZE,
    batchSize: DEFAULT_BATCH_SIZE,
    examples: Math.max(0, Number(item.value('examples', DEFAULT_EXAMPLES)) || 0),
  });
  return { ...report };
}
