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
import { configHoldsNothingPersonal, holdsNoSecrets } from './rules/secrets';
import {
  connectionsLeadToNodes,
  everyStepIsReached,
  expressionsNameNodes,
  hasItsOwnId,
  idsAndNamesAreUnique,
  isStrippedAndStable,
  keepsItsStaticData,
  settingsAreSet,
} from './rules/structure';
import type { ExportedWorkflow } from './stable';

export const RULES: readonly Rule[] = [
  hasItsOwnId,
  idsAndNamesAreUnique,
  connectionsLeadToNodes,
  everyStepIsReached,
  expressionsNameNodes,
  settingsAreSet,
  isStrippedAndStable,
  keepsItsStaticData,
  typesAndVersionsExist,
  parametersFitTheirNodes,
  credentialsAreNamed,
  namesSayWhatNodesDo,
  holdsNoSecrets,
  configHoldsNothingPersonal,
  oneNoteIsTheOverview,
  sectionNotesAreShort,
  nodesDoNotOverlap,
  notesStandClear,
  nodesStandOnTheGrid,
];

/** Checks a workflow file's text by all rules; returns what is wrong, one sentence each. */
export function checkWorkflow(text: string, nodeTypes: NodeTypes): string[] {
  let workflow: ExportedWorkflow;
  try {
    workflow = JSON.parse(text) as ExportedWorkflow;
  } catch (error) {
    return [`The file is no JSON: ${(error as Error).message}`];
  }
  return RULES.flatMap((rule) => rule({ workflow, text, nodeTypes }));
}
