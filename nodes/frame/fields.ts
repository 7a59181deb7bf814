import type { INodeProperties } from 'n8n-workflow';

type Texts = Pick<INodeProperties, 'displayName' | 'name' | 'description'>;

/** A field for JSON, empty unless told otherwise. */
export function jsonField(field: Texts & Partial<INodeProperties>): INodeProperties {
  return { type: 'json', default: '', ...field };
}

/** How many leads or records to work on at once, from 1 to `most`; `standard` unless the user says otherwise. */
export function countField({ standard, most, ...field }: Texts & { standard: number; most: number }): INodeProperties {
  return { type: 'number', typeOptions: { minValue: 1, maxValue: most }, default: standard, ...field };
}

/** The collection of options, closed at first. */
export function optionsField(...options: INodeProperties[]): INodeProperties {
  return {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options,
  };
}

/** A sentence in the panel. */
export function noticeField(name: string, displayName: string): INodeProperties {
  return { displayName, name, type: 'notice', default: '' };
}

const limitField: INodeProperties = {
  displayName: 'Limit',
  name: 'limit',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 50,
  description: 'Max number of results to return',
  displayOptions: { show: { returnAll: [false] } },
};

/** Results of an operation where its limit is not set. */
export const DEFAULT_LIMIT = Number(limitField.default);

/** How many results an operation returns. */
export const manyFields: INodeProperties[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  limitField,
];
