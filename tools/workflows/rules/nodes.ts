import { NodeHelpers, type INode, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';
import type { WorkflowNode } from '../workflow';
import { steps, type Rule } from './rule';

export const typesAndVersionsExist: Rule = ({ workflow, nodeTypes }) =>
  workflow.nodes.flatMap(({ name, type, typeVersion }) => {
    if (nodeTypes.isUnknowable(type)) return [];
    if (!nodeTypes.has(type)) return [`"${name}" is of the type ${type}, which does not exist.`];
    if (!nodeTypes.find(type, typeVersion))
      return [`"${name}" asks for version ${typeVersion} of ${type}, which does not exist.`];
    return [];
  });

/** Parameters as n8n fills them in: hidden ones dropped, defaults added. */
function filledIn(node: WorkflowNode, description: INodeTypeDescription): INodeParameters {
  const parameters = node.parameters as INodeParameters;
  return (
    NodeHelpers.getNodeParameters(
      description.properties,
      parameters,
      true,
      false,
      node as unknown as INode,
      description,
    ) ?? {}
  );
}

function unknownOptions(node: WorkflowNode, description: INodeTypeDescription): string[] {
  const filled = filledIn(node, description);
  return ['resource', 'operation'].flatMap((field) => {
    const value = filled[field] ?? node.parameters[field];
    if (value === undefined) return [];
    const offered = description.properties
      .filter(
        (property) =>
          property.name === field &&
          NodeHelpers.displayParameter(filled, property, node as unknown as INode, description),
      )
      .flatMap(({ options = [] }) => options.map((option) => ('value' in option ? option.value : undefined)));
    return offered.includes(value as string)
      ? []
      : [`"${node.name}" asks for the ${field} ${JSON.stringify(value)}, which ${node.type} does not have.`];
  });
}

/** Parameters that the node would not show, and so not read, for its resource, operation and modes. */
function unknownParameters(node: WorkflowNode, description: INodeTypeDescription): string[] {
  const known = new Set(Object.keys(filledIn(node, description)));
  return Object.keys(node.parameters)
    .filter((parameter) => !known.has(parameter))
    .map((parameter) => `"${node.name}" sets "${parameter}", which ${node.type} does not read with these settings.`);
}

function missingParameters(node: WorkflowNode, description: INodeTypeDescription): string[] {
  const filled = { ...node, parameters: filledIn(node, description), disabled: false } as unknown as INode;
  const issues = NodeHelpers.getNodeParametersIssues(description.properties, filled, description);
  return Object.values(issues?.parameters ?? {})
    .flat()
    .map((issue) => `"${node.name}": ${issue}`);
}

export const parametersFitTheirNodes: Rule = ({ workflow, nodeTypes }) =>
  steps(workflow).flatMap((node) => {
    const description = nodeTypes.find(node.type, node.typeVersion);
    if (!description) return [];
    const wrongOptions = unknownOptions(node, description);
    if (wrongOptions.length > 0) return wrongOptions;
    return [...unknownParameters(node, description), ...missingParameters(node, description)];
  });

/** Credentials are bound by their names on import. */
export const credentialsAreNamed: Rule = ({ workflow, nodeTypes }) =>
  steps(workflow).flatMap((node) => {
    if (nodeTypes.isUnknowable(node.type)) return [];
    const given = Object.entries(node.credentials ?? {});
    const accepted = nodeTypes.find(node.type, node.typeVersion)?.credentials ?? [];
    const required = accepted.filter(
      (credential) =>
        credential.required &&
        NodeHelpers.displayParameter(node.parameters as INodeParameters, credential, node as unknown as INode, null),
    );
    return [
      ...required
        .filter(({ name }) => !given.some(([type]) => type === name))
        .map(({ name }) => `"${node.name}" names no credential of the type ${name}.`),
      ...given
        .filter(([type]) => !accepted.some(({ name }) => name === type))
        .map(([type]) => `"${node.name}" names a credential of the type ${type}, which it does not take.`),
      ...given.filter(([, { name }]) => !name).map(([type]) => `"${node.name}" names its ${type} credential not.`),
      ...given
        .filter(([, { id }]) => id)
        .map(([, { id }]) => `"${node.name}" holds the credential id ${id}, which only one n8n knows.`),
    ];
  });

/** "HTTP Request1" says nothing about what it does here. */
export const namesSayWhatNodesDo: Rule = ({ workflow, nodeTypes }) =>
  steps(workflow).flatMap(({ name, type, typeVersion }) => {
    const usual = nodeTypes.find(type, typeVersion)?.defaults.name;
    return [
      ...(usual !== undefined && name.replace(/\d+$/, '').trim() === usual
        ? [`"${name}" has its node's default name: say what it does here.`]
        : []),
      ...(/^\p{Lu}/u.test(name) ? [] : [`"${name}" does not begin with a capital letter.`]),
    ];
  });
