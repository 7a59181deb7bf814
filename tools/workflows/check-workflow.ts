import type { NodeTypes } from './node-types';
import { nodesDoNotOverlap, nodesStandOnTheGrid, notesStandClear } from './rules/layout';
import {
  credentialsAreNamed,
  namesSayWhatNodesDo,
  parametersFitTheirNodes,
  typesAndVersionsExist,
} from './rules/nodes';
import { oneNoteIsTheOverview, sectionNotesAreShort } from './rules/notes';
import type { Rule } from './rules/rule';
import { holdsNoSecrets } from './rules/secrets';
import {
  connectionsLeadToNodes,
  everyStepIsReached,
  expressionsNameNodes,
  hasItsOwnId,
  idsAndNamesAreUnique,
  keepsItsStaticData,
  settingsAreSet,
} from './rules/structure';
import type { Workflow } from './workflow';

export const RULES: readonly Rule[] = [
  hasItsOwnId,
  idsAndNamesAreUnique,
  connectionsLeadToNodes,
  everyStepIsReached,
  expressionsNameNodes,
  settingsAreSet,
  keepsItsStaticData,
  typesAndVersionsExist,
  parametersFitTheirNodes,
  credentialsAreNamed,
  namesSayWhatNodesDo,
  holdsNoSecrets,
  oneNoteIsTheOverview,
  sectionNotesAreShort,
  nodesDoNotOverlap,
  notesStandClear,
  nodesStandOnTheGrid,
];

/** Checks a workflow by all rules; returns what is wrong, one sentence each. */
export function checkWorkflow(workflow: Workflow, nodeTypes: NodeTypes): string[] {
  return RULES.flatMap((rule) => rule({ workflow, nodeTypes }));
}
