import type { WorkflowNode } from '../workflow';
import { notes, type Rule } from './rule';

const YELLOW = 1;
const WHITE = 7;
const OVERVIEW_WORDS = { min: 100, max: 300 };
const SECTION_WORDS = 49;
const HEADINGS = ['How it works', 'Setup'];

function words({ parameters: { content } }: WorkflowNode): number {
  return String(content ?? '')
    .replace(/[#*`_>]/g, ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\d]/u.test(word)).length;
}

const colour = ({ parameters: { color } }: WorkflowNode): unknown => color ?? YELLOW;

export const oneNoteIsTheOverview: Rule = ({ workflow }) => {
  const overviews = notes(workflow).filter((note) => colour(note) === YELLOW);
  if (overviews.length !== 1) return [`One yellow sticky note must be the overview; there are ${overviews.length}.`];
  const [overview] = overviews;
  const count = words(overview);
  return [
    ...(count < OVERVIEW_WORDS.min || count > OVERVIEW_WORDS.max
      ? [`The overview has ${count} words; ${OVERVIEW_WORDS.min} to ${OVERVIEW_WORDS.max} are wanted.`]
      : []),
    ...HEADINGS.filter((heading) => !String(overview.parameters.content).includes(heading)).map(
      (heading) => `The overview lacks "${heading}".`,
    ),
  ];
};

export const sectionNotesAreShort: Rule = ({ workflow }) => {
  const sections = notes(workflow).filter((note) => colour(note) !== YELLOW);
  return [
    ...(sections.length === 0 ? ['There are no section notes.'] : []),
    ...sections
      .filter((note) => colour(note) !== WHITE)
      .map(({ name }) => `The section note "${name}" must be white (color ${WHITE}).`),
    ...sections
      .filter((note) => words(note) > SECTION_WORDS)
      .map((note) => `The section note "${note.name}" has ${words(note)} words; at most ${SECTION_WORDS} are wanted.`),
  ];
};
