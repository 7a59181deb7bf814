import { connectionsOf, steps, values, type Rule } from './rule';

/** n8n's own limit for ids in its database. */
const MAX_ID_LENGTH = 36;

/** n8n keeps no static data of workflows with longer ids, and does not say so; the secret of a webhook lies there. */
const MAX_ID_LENGTH_WITH_STATIC_DATA = 21;
const TWENTY_TRIGGER = 'n8n-nodes-lead-sync.twentyTrigger';

function repeated(list: readonly string[]): string[] {
  return [...new Set(list.filter((value, index) => list.indexOf(value) !== index))];
}

export const hasItsOwnId: Rule = ({ workflow: { id } }) =>
  typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH
    ? []
    : [`The workflow needs an id of 1 to ${MAX_ID_LENGTH} characters: the command line's import refuses one without.`];

export const keepsItsStaticData: Rule = ({ workflow }) =>
  workflow.id.length > MAX_ID_LENGTH_WITH_STATIC_DATA && steps(workflow).some(({ type }) => type === TWENTY_TRIGGER)
    ? [`With a Twenty Trigger, the workflow's id may have ${MAX_ID_LENGTH_WITH_STATIC_DATA} characters at most.`]
    : [];

export const idsAndNamesAreUnique: Rule = ({ workflow: { nodes } }) => [
  ...repeated(nodes.map(({ id }) => id)).map((id) => `Several nodes have the id ${id}.`),
  ...repeated(nodes.map(({ name }) => name)).map((name) => `Several nodes are called "${name}".`),
];

export const connectionsLeadToNodes: Rule = ({ workflow }) => {
  const names = new Set(steps(workflow).map(({ name }) => name));
  return connectionsOf(workflow).flatMap(({ from, to }) =>
    [from, to]
      .filter((name) => !names.has(name))
      .map((name) => `The connection "${from}" → "${to}" names "${name}", which is no node.`),
  );
};

export const everyStepIsReached: Rule = ({ workflow, nodeTypes }) => {
  const connections = connectionsOf(workflow);
  const reached = new Set(connections.filter(({ kind }) => kind === 'main').map(({ to }) => to));
  const lending = new Set(connections.filter(({ kind }) => kind !== 'main').map(({ from }) => from));
  return steps(workflow)
    .filter(({ name, type, typeVersion }) => {
      const isTrigger = nodeTypes.find(type, typeVersion)?.group.includes('trigger') ?? nodeTypes.isUnknowable(type);
      return !isTrigger && !reached.has(name) && !lending.has(name);
    })
    .map(({ name }) => `Nothing leads to "${name}".`);
};

/** `$('Name')` in expressions. */
export const expressionsNameNodes: Rule = ({ workflow }) => {
  const names = new Set(steps(workflow).map(({ name }) => name));
  return steps(workflow).flatMap(({ name, parameters }) =>
    [...values(parameters)].flatMap(({ value }) => {
      if (typeof value !== 'string' || !value.startsWith('=')) return [];
      return [...value.matchAll(/\$\((['"])(.+?)\1\)/g)]
        .filter(([, , named]) => !names.has(named))
        .map(([, , named]) => `"${name}" reads from "${named}", which is no node.`);
    }),
  );
};

/** Callers and memory depend on these; see the setup notes. */
export const settingsAreSet: Rule = ({ workflow: { settings = {} } }) => [
  ...(settings.executionOrder === 'v1' ? [] : ['The setting executionOrder must be v1.']),
  ...(settings.saveDataSuccessExecution === 'none'
    ? []
    : ['The setting saveDataSuccessExecution must be none: saved page executions fill the database of n8n.']),
  ...(typeof settings.timezone === 'string' ? [] : ['The setting timezone must be set.']),
];
