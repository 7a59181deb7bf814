import './n8n-environment';
import { randomUUID } from 'node:crypto';
import { ExecuteContext, ExternalSecretsProxy, RoutingNode } from 'n8n-core';
import {
  createEmptyRunExecutionData,
  NodeConnectionTypes,
  Workflow,
  type ICredentialDataDecryptedObject,
  type INode,
  type INodeType,
  type INodeTypes,
  type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { OWN_CREDENTIALS } from '../../tools/workflows/own-nodes';
import { InProcessCredentials } from './in-process-credentials';

/**
 * What n8n does when somebody tests a credential: its test request as a declarative node with no parameters.
 * @returns what the panel says of a failed test; undefined for one that passed
 */
export async function testCredential(type: string, data: ICredentialDataDecryptedObject): Promise<string | undefined> {
  const test = OWN_CREDENTIALS.get(type)?.test;
  if (!test) throw new Error(`The credential ${type} has no test`);
  const node: INode = {
    id: 'temp',
    name: 'Temp-Node',
    type: 'credentialTest',
    typeVersion: 1,
    position: [0, 0],
    parameters: {},
    credentials: { [type]: { id: type, name: type } },
  };
  const nodeType: INodeType = {
    description: {
      displayName: 'Temp',
      name: 'credentialTest',
      group: ['transform'],
      version: 1,
      description: '',
      defaults: {},
      inputs: [NodeConnectionTypes.Main],
      outputs: [NodeConnectionTypes.Main],
      credentials: [{ name: type, required: true }],
      properties: [
        { displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request: test.request } },
      ],
    },
  };
  const nodeTypes: INodeTypes = {
    getByName: () => nodeType,
    getByNameAndVersion: () => nodeType,
    getKnownTypes: () => ({}),
  };
  const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
  const additionalData = {
    credentialsHelper: new InProcessCredentials({ [type]: data }),
    externalSecretsProxy: new ExternalSecretsProxy(),
    executionId: randomUUID(),
    currentNodeParameters: {},
    variables: {},
  } as unknown as IWorkflowExecuteAdditionalData;
  const context = new ExecuteContext(
    workflow,
    node,
    additionalData,
    'internal',
    createEmptyRunExecutionData(),
    0,
    [],
    { main: [[{ json: {} }]] },
    { node, data: {}, source: null },
    [],
  );
  await workflow.expression.acquireIsolate();
  try {
    await new RoutingNode(context, nodeType, { id: type, name: type, type, data }).runNode();
    return undefined;
  } catch (error) {
    const { httpCode, message } = error as { httpCode?: string; message: string };
    const rule = (test.rules ?? []).find(({ properties: { value } }) => String(value) === String(httpCode));
    return rule?.properties.message ?? message;
  } finally {
    await workflow.expression.releaseIsolate();
  }
}
