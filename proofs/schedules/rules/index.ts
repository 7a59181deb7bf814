import type { Schedule } from '../steps/schedule';
import * as approvals from './approvals';
import * as companies from './companies';
import * as deals from './deals';
import * as filters from './filters';
import * as identity from './identity';
import * as isolation from './isolation';
import * as leftOut from './left-out';
import * as merging from './merging';
import * as merges from './merges';
import * as moments from './moments';
import type { Mutant } from './mutant';
import * as phones from './phones';
import * as reading from './reading';
import * as translations from './translations';
import * as writing from './writing';

const THEMES = [
  identity,
  phones,
  companies,
  reading,
  moments,
  merging,
  merges,
  writing,
  isolation,
  leftOut,
  filters,
  approvals,
  deals,
  translations,
];

/** The rules of the protocol, each turned off in turn. */
export const MUTANTS: readonly Mutant[] = THEMES.flatMap((theme) => theme.MUTANTS);

/** Schedules for rules that generated ones rarely need, by name. Each passes as the rules stand. */
export const DIRECTED: Readonly<Record<string, Schedule>> = Object.assign({}, ...THEMES.map((theme) => theme.DIRECTED));
