import type { WorkflowJson } from '../../../stack/n8n-client';

/** Names of the credentials of n8n's own node types that the flows use. */
export const CREDENTIALS = {
  twenty: { type: 'httpBearerAuth', name: 'Twenty key (bench)' },
  supabase: { type: 'supabaseApi', name: 'Supabase (bench)' },
} as const;

/** One step of a flow, without its name. */
export interface FlowStep {
  type: string;
  typeVersion: number;
  parameters?: object;
  /** Goes on with one empty item where the step finds nothing. */
  alwaysOutputData?: boolean;
  credential?: (typeof CREDENTIALS)[keyof typeof CREDENTIALS];
}

/** Where each output of a step leads, by output number. */
export type FlowPaths = Record<string, string[]>;

/** A workflow out of named steps and the paths between them. */
export function flow(id: string, name: string, steps: Record<string, FlowStep>, paths: FlowPaths): WorkflowJson {
  const nodes = Object.entries(steps).map(([stepName, { credential, type, parameters = {}, ...step }], n) => ({
    id: `${id}-${n}`,
    name: stepName,
    type: `n8n-nodes-base.${type}`,
    parameters,
    position: [220 * n, 0],
    ...step,
    ...(credential && { credentials: { [credential.type]: { name: credential.name } } }),
  }));
  const connections = Object.fromEntries(
    Object.entries(paths).map(([from, targets]) => [
      from,
      { main: targets.map((node) => (node === '' ? [] : [{ node, type: 'main', index: 0 }])) },
    ]),
  );
  return { id, name, nodes, connections, settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none' } };
}

export const manualTrigger: FlowStep = { type: 'manualTrigger', typeVersion: 1 };

export const oneAtATime: FlowStep = {
  type: 'splitInBatches',
  typeVersion: 3,
  parameters: { batchSize: 1, options: {} },
};

/** Goes on at output 0 where the text is not empty, else at output 1. */
export function isThere(text: string): FlowStep {
  const condition = {
    id: 'is-there',
    leftValue: text,
    rightValue: '',
    operator: { type: 'string', operation: 'notEmpty', singleValue: true },
  };
  const options = { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 3 };
  return {
    type: 'if',
    typeVersion: 2.3,
    parameters: {
      conditions: { options, conditions: [condition], combinator: 'and' },
      looseTypeValidation: true,
      options: {},
    },
  };
}

/** A call of Twenty by the HTTP Request node; `json` is the body, or an expression that gives it. */
export function twentyRequest(method: 'GET' | 'POST' | 'PATCH', url: string, json?: string): FlowStep {
  const body = json === undefined ? {} : { sendBody: true, specifyBody: 'json', jsonBody: json };
  return {
    type: 'httpRequest',
    typeVersion: 4.2,
    parameters: {
      method,
      url,
      authentication: 'genericCredentialType',
      genericAuthType: CREDENTIALS.twenty.type,
      ...body,
      options: {},
    },
    credential: CREDENTIALS.twenty,
  };
}

/** An operation of the Supabase node on the leads. */
export function supabaseRow(operation: string, parameters: object): FlowStep {
  return {
    type: 'supabase',
    typeVersion: 1,
    parameters: { operation, tableId: 'leads', ...parameters },
    credential: CREDENTIALS.supabase,
  };
}

/** Columns and the expressions of their values, as the Supabase node takes them. */
export function columns(values: Record<string, string>): object {
  const fieldValues = Object.entries(values).map(([fieldId, fieldValue]) => ({ fieldId, fieldValue }));
  return { dataToSend: 'defineBelow', fieldsUi: { fieldValues } };
}
