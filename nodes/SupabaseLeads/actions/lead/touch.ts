import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { Item } from '../../../frame';

/** A text of the touch that people see in the panel. */
function textOption(displayName: string, name: string, description: string, placeholder = ''): INodeProperties {
  return { displayName, name, type: 'string', default: '', description, ...(placeholder && { placeholder }) };
}

/** How the lead reached us. Nothing of it is sent without an external ID. */
export const touchField: INodeProperties = {
  displayName: 'Touch',
  name: 'touch',
  type: 'collection',
  placeholder: 'Add touch detail',
  default: {},
  description: 'How and when the lead reached you, kept once in lead_touches: one that comes again changes nothing',
  options: [
    textOption('Ad', 'ad', 'The advertisement'),
    textOption('Ad Set', 'ad_set', 'The set that the advertisement belongs to'),
    textOption('Agent', 'agent', 'Who took the call'),
    textOption('Campaign', 'campaign', 'The campaign', 'e.g. spring'),
    {
      displayName: 'Duration (Seconds)',
      name: 'duration_seconds',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 0,
      description: 'How long the call took',
    },
    textOption(
      'External ID',
      'external_id',
      'What the source calls this touch; needed',
      'e.g. {{ $json.submission_id }}',
    ),
    textOption('Form', 'form', 'The form that was filled in'),
    {
      displayName: 'Kind',
      name: 'kind',
      type: 'options',
      options: [
        { name: 'Call', value: 'call' },
        { name: 'Form', value: 'form' },
        { name: 'Import', value: 'import' },
        { name: 'Manual', value: 'manual' },
        { name: 'Table', value: 'table' },
      ],
      default: 'form',
      description: 'What it was',
    },
    textOption('Landing Page', 'landing_page', 'The page on which the form was', 'e.g. https://example.com/offer'),
    textOption('Medium', 'medium', 'By which kind of channel the lead came', 'e.g. cpc'),
    {
      displayName: 'Raw',
      name: 'raw',
      type: 'json',
      default: '',
      description: 'What the source sent, kept for as many days as touch_raw_days of lead_sync.settings says',
      placeholder: 'e.g. {{ $json }}',
    },
    textOption('Source', 'source', 'Where the touch comes from; the source of the lead when empty', 'e.g. meta'),
    textOption(
      'Time',
      'time',
      'When it happened, in ISO 8601 with its zone; now when empty',
      'e.g. 2026-01-31T12:00:00Z',
    ),
  ],
};

/**
 * The touch of one input item: that of the item itself, with what the panel says on top; null when there is none.
 * @throws NodeOperationError for details without an external ID, or raw data that is no JSON
 */
export function touchOf(item: Item): IDataObject | null {
  const ofItem = item.text('columns.mappingMode') === 'defineBelow' ? undefined : item.input.touch;
  const inPanel = Object.entries(item.value('touch', {}) as IDataObject).filter(([, value]) => value !== '');
  if (inPanel.length === 0) return (ofItem as IDataObject | undefined) ?? null;
  const touch: IDataObject = { ...(ofItem as IDataObject | undefined), ...Object.fromEntries(inPanel) };
  if (typeof touch.raw === 'string') touch.raw = parsedRaw(item, touch.raw);
  if (touch.external_id === undefined || touch.external_id === null) {
    throw item.error(
      'The touch has no External ID',
      'Add it, so that the same touch counts once: e.g. {{ $json.submission_id }}.',
    );
  }
  return touch;
}

function parsedRaw(item: Item, text: string): IDataObject {
  try {
    return JSON.parse(text) as IDataObject;
  } catch (error) {
    throw item.error(
      `Raw of the touch is not valid JSON (${(error as Error).message})`,
      'Drag the value in as an expression, or correct the JSON.',
    );
  }
}
