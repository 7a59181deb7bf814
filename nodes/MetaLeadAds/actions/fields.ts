import type { INodeProperties } from 'n8n-workflow';
import { callOptionFields, optionsField, toCallLimits, type CallOptions, type Item } from '../../frame';
import { DEFAULT_MAX_WAIT_MS, DEFAULT_TIMEOUT_MS, type ConnectOptions } from '../transport/n8n-client';

const ID = '^\\d+$';

/** A page or a form, chosen from a list or by its ID. */
function locator(
  field: Pick<INodeProperties, 'displayName' | 'name' | 'description'>,
  search: string,
): INodeProperties {
  return {
    ...field,
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        typeOptions: { searchListMethod: search, searchable: true },
      },
      {
        displayName: 'By ID',
        name: 'id',
        type: 'string',
        placeholder: 'e.g. 101600000000001',
        validation: [{ type: 'regex', properties: { regex: ID, errorMessage: 'An ID has digits only' } }],
      },
    ],
  };
}

export const pageField: INodeProperties = locator(
  { displayName: 'Page', name: 'pageId', description: 'The page whose forms are meant' },
  'searchPages',
);

export const formField: INodeProperties = {
  ...locator({ displayName: 'Form', name: 'formId', description: 'The form whose leads are meant' }, 'searchForms'),
  required: true,
};

/** How long a call may take and wait, in the panel. */
export const callOptions = callOptionFields(
  { timeoutMs: DEFAULT_TIMEOUT_MS, maxWaitMs: DEFAULT_MAX_WAIT_MS },
  {
    displayName: 'Throttling Wait',
    description: 'Minutes that one call may wait while Meta throttles before it fails',
  },
);

/** The same as the panel's collection holds it. */
export function readCallOptions(item: Item): ConnectOptions {
  return toCallLimits(item.value('options', {}) as CallOptions);
}

/** Questions of one's own that are fields of a lead. */
export const ownFieldsOption: INodeProperties = {
  displayName: 'Own Questions',
  name: 'ownFields',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  placeholder: 'Add question',
  default: {},
  description: 'Which lead field the answer to a question is; all others become attributes under their own keys',
  options: [
    {
      displayName: 'Question',
      name: 'questions',
      values: [
        {
          displayName: 'Key',
          name: 'key',
          type: 'string',
          default: '',
          placeholder: 'e.g. your_company',
          description: 'Key of the question, as Meta names it in field_data',
        },
        {
          displayName: 'Lead Field',
          name: 'field',
          type: 'string',
          default: '',
          placeholder: 'e.g. company_name',
          description: 'Column of the table leads, or attributes.name',
        },
      ],
    },
  ],
};

export function readOwnFields(item: Item): Record<string, string> {
  const { ownFields } = item.value('options', {}) as {
    ownFields?: { questions?: Array<{ key?: string; field?: string }> };
  };
  const questions = (ownFields?.questions ?? []).map(({ key = '', field = '' }) => [key.trim(), field.trim()]);
  return Object.fromEntries(questions.filter(([key, field]) => key !== '' && field !== '')) as Record<string, string>;
}

/** What of a lead comes out. */
export const outputField: INodeProperties = {
  displayName: 'Output',
  name: 'output',
  type: 'options',
  options: [
    {
      name: 'Lead',
      value: 'lead',
      description: 'Fields, attributes and touch, as Supabase Leads › Create or Update takes them',
    },
    { name: 'Raw', value: 'raw', description: 'What Meta gives' },
  ],
  default: 'lead',
  description: 'What of a lead comes out',
};

export const leadOptions = optionsField(ownFieldsOption, ...callOptions);
