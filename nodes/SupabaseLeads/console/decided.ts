import { number } from './view/format';

/** What became of one of several things that were decided at once. */
export interface Decided {
  decided: boolean;
  problem: string | null;
  /** How it was decided, and by whom, where somebody has. */
  how?: string | null;
  by?: string | null;
}

const TOLD = 3;

function reasonOf({ problem, how, by }: Decided): string {
  const who = by ? ` by ${by}` : '';
  return how ? `${problem ?? ''}${who}: ${how}` : `${problem ?? ''}${who}`;
}

/** "3 conflicts were decided. 1 was not: it was decided before by dashboard: ben: Twenty’s value." */
export function sentenceOf(all: Decided[], [one, many]: readonly [one: string, many: string], done: string): string {
  const left = all.filter(({ decided }) => !decided);
  const count = all.length - left.length;
  const told = count === 0 ? [] : [`${number(count)} ${count === 1 ? `${one} was` : `${many} were`} ${done}.`];
  if (left.length === 0) return told.join(' ');
  const reasons = [...new Set(left.map(reasonOf))];
  const more = reasons.length > TOLD ? '; and others' : '';
  const which = left.length === 1 ? `1 was not` : `${number(left.length)} were not`;
  return [...told, `${which}: ${reasons.slice(0, TOLD).join('; ')}${more}.`].join(' ');
}
