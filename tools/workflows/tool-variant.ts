import { NodeConnectionTypes, type INodeProperties, type INodeTypeDescription } from 'n8n-workflow';

const DESCRIPTION_TYPE: INodeProperties = {
  displayName: 'Tool Description',
  name: 'descriptionType',
  type: 'options',
  options: [
    { name: 'Set Automatically', value: 'auto' },
    { name: 'Set Manually', value: 'manual' },
  ],
  default: 'auto',
};

const TOOL_DESCRIPTION: INodeProperties = {
  displayName: 'Description',
  name: 'toolDescription',
  type: 'string',
  default: '',
  required: true,
  displayOptions: { show: { descriptionType: ['manual'] } },
};

/** What n8n makes of a node that is usable as a tool: the same, lent to an agent or an MCP server, with a description for the model. */
export function toolVariant(description: INodeTypeDescription): INodeTypeDescription {
  return {
    ...description,
    name: `${description.name}Tool`,
    displayName: `${description.displayName} Tool`,
    inputs: [],
    outputs: [NodeConnectionTypes.AiTool],
    usableAsTool: undefined,
    properties: [DESCRIPTION_TYPE, TOOL_DESCRIPTION, ...description.properties],
  };
}
