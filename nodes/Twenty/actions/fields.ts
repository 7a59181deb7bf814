import type { INodeProperties } from 'n8n-workflow';
import { optionsField } from '../../frame';
import { callOptions } from '../transport/call-options';

/** The object whose records are meant: chosen from the workspace's list, or by its API name. */
export const objectField: INodeProperties = {
  displayName: 'Object',
  name: 'object',
  type: 'resourceLocator',
  default: { mode: 'list', value: 'person', cachedResultName: 'Person' },
  required: true,
  description: 'The object whose records are meant, standard or custom',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: { searchListMethod: 'searchObjects', searchable: true },
    },
    {
      displayName: 'By Name',
      name: 'name',
      type: 'string',
      placeholder: 'e.g. person',
      hint: 'The singular name in the API, e.g. person or lead',
    },
  ],
};

/** The collection of options: an operation's own, then how long calls may take. */
export function optionsWith(...options: INodeProperties[]): INodeProperties {
  return optionsField(...options, ...callOptions);
}
