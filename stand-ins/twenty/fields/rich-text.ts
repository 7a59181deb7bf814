import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json';

const PROPS = { backgroundColor: 'default', textColor: 'default', textAlignment: 'left' };

function inline(text: string): JsonObject[] {
  return text
    .split(/(\*\*[^*]+\*\*)/)
    .filter((part) => part !== '')
    .map((part): JsonObject =>
      part.startsWith('**') && part.endsWith('**') && part.length > 4
        ? { type: 'text', text: part.slice(2, -2), styles: { bold: true } }
        : { type: 'text', text: part, styles: {} },
    );
}

function block(line: string): JsonObject {
  const heading = /^(#{1,3}) (.*)$/.exec(line);
  const content = inline(heading === null ? line : heading[2]);
  return heading === null
    ? { id: randomUUID(), type: 'paragraph', props: PROPS, content, children: [] }
    : {
        id: randomUUID(),
        type: 'heading',
        props: { ...PROPS, level: heading[1].length, isToggleable: false },
        content,
        children: [],
      };
}

/** The blocks that the editor shows for a Markdown text: headings, paragraphs and bold, made anew on every write. */
export function blocksOf(markdown: string): string {
  const lines = markdown.split(/\n{2,}/).filter((line) => line.trim() !== '');
  return JSON.stringify(lines.map(block));
}

/** The parts of a rich text that the input sets; the blocks are made from the Markdown where none are given. */
export function richTextParts(input: JsonObject): JsonObject {
  const { markdown, blocknote } = input;
  if (typeof markdown === 'string' && markdown !== '') {
    return { blocknote: typeof blocknote === 'string' && blocknote !== '' ? blocknote : blocksOf(markdown), markdown };
  }
  if (markdown !== undefined) return { blocknote: null, markdown: '' };
  return blocknote === undefined ? {} : { blocknote };
}
