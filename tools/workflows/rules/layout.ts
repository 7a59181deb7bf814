import type { WorkflowNode } from '../workflow';
import { isNote, notes, steps, type Rule } from './rule';

/** Size of a node on n8n's canvas, and the room for its name below it, in pixels. */
export const NODE_SIZE = 96;
export const NAME_HEIGHT = 40;
const GRID = 16;

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What a node takes up on the canvas, its name included. */
export function boxOf(node: WorkflowNode): Box {
  const [left, top] = node.position;
  const { width = 240, height = 160 } = node.parameters as { width?: number; height?: number };
  const size = isNote(node) ? { width, height } : { width: NODE_SIZE, height: NODE_SIZE + NAME_HEIGHT };
  return { left, top, right: left + size.width, bottom: top + size.height };
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const contains = (outer: Box, inner: Box): boolean =>
  outer.left <= inner.left && outer.top <= inner.top && outer.right >= inner.right && outer.bottom >= inner.bottom;

function pairs<T>(list: readonly T[]): Array<[T, T]> {
  return list.flatMap((first, index) => list.slice(index + 1).map((second): [T, T] => [first, second]));
}

export const nodesDoNotOverlap: Rule = ({ workflow }) =>
  pairs(steps(workflow))
    .filter(([a, b]) => overlap(boxOf(a), boxOf(b)))
    .map(([a, b]) => `"${a.name}" and "${b.name}" overlap.`);

export const notesStandClear: Rule = ({ workflow }) => [
  ...pairs(notes(workflow))
    .filter(([a, b]) => overlap(boxOf(a), boxOf(b)))
    .map(([a, b]) => `The sticky notes "${a.name}" and "${b.name}" overlap.`),
  ...notes(workflow).flatMap((note) =>
    steps(workflow)
      .filter((node) => overlap(boxOf(note), boxOf(node)) && !contains(boxOf(note), boxOf(node)))
      .map((node) => `The sticky note "${note.name}" cuts through "${node.name}".`),
  ),
];

export const nodesStandOnTheGrid: Rule = ({ workflow: { nodes } }) =>
  nodes
    .filter(({ position }) => position.some((coordinate) => coordinate % GRID !== 0))
    .map(({ name, position }) => `"${name}" stands at ${position.join(', ')}, off the ${GRID} pixel grid.`);
