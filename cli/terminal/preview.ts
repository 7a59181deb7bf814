import type { Counts, Example, PreviewReport } from '../../nodes/LeadSync/loops/preview/report';

const WORDS: ReadonlyArray<[name: string, word: string]> = [
  ['created', 'created'],
  ['updated', 'updated'],
  ['deleted', 'deleted'],
  ['restored', 'restored'],
  ['joined', 'joined with another lead'],
  ['refused', 'of which nothing can be sent'],
  ['later', 'that wait for a later sync'],
];
const LINKED_BY: Readonly<Record<string, string>> = {
  email: 'the e-mail',
  other_email: 'another e-mail of the person',
  own_id: 'the lead’s own id',
};

const groupOf = (counts: Counts, name: string): Record<string, number> =>
  (typeof counts[name] === 'object' ? counts[name] : {}) as Record<string, number>;

const list = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

function sideLines(title: string, counts: Counts): string[] {
  const told = WORDS.flatMap(([name, word]) => {
    const count = counts[name];
    return typeof count === 'number' && count > 0 ? [`${count} ${word}`] : [];
  });
  const lines = [`${title}: ${told.length > 0 ? told.join(', ') : 'nothing changes'}`];
  for (const [by, count] of Object.entries(groupOf(counts, 'linked'))) {
    lines.push(`  linked by ${LINKED_BY[by] ?? by}: ${count}`);
  }
  const groups = [
    ['fields', 'fields that change'],
    ['held', 'held back'],
    ['left_out', 'left out'],
  ];
  for (const [name, word] of groups) {
    const group = groupOf(counts, name);
    if (Object.keys(group).length > 0) lines.push(`  ${word}: ${list(group)}`);
  }
  return lines;
}

const text = (value: unknown): string => (value === undefined || value === null ? '–' : JSON.stringify(value));

function exampleLines({ kind, side, lead_id, twenty_id, fields, supabase, twenty, winner, reason }: Example): string[] {
  const shown = fields.length > 0 ? fields : Object.keys({ ...supabase, ...twenty });
  const about = [winner && `${winner} wins`, reason].filter(Boolean).join(': ');
  return [
    `${kind} (${side}) lead ${lead_id ?? '–'}, person ${twenty_id ?? '–'}${about === '' ? '' : `: ${about}`}`,
    ...shown.map((field) => `    ${field}: Supabase ${text(supabase?.[field])} | Twenty ${text(twenty?.[field])}`),
  ];
}

/** A preview as a person reads it. */
export function previewLines(preview: PreviewReport): string[] {
  const { supabase, twenty, conflicts, calls, minutes, examples, warnings, people, leads, linked, since } = preview;
  const fought = Object.entries(conflicts).map(
    ([field, winners]) => `${field} (${list(winners as Record<string, number>)})`,
  );
  const all = calls.reads + calls.writes;
  return [
    `Read: ${people} people${since === null ? '' : ` changed since ${since}`}, ${leads} leads, ${linked} of them linked.`,
    ...sideLines('In Supabase', supabase),
    ...sideLines('In Twenty', twenty),
    fought.length > 0 ? `Conflicts, and who wins: ${fought.join(', ')}` : 'No conflicts',
    `It takes ${all} calls of Twenty (${calls.per_minute} a minute are allowed): ${minutes} min at least.`,
    ...warnings,
    ...(examples.length > 0 ? ['Examples:'] : []),
    ...examples.flatMap(exampleLines).map((line) => `  ${line}`),
    'Nothing was written.',
  ];
}
