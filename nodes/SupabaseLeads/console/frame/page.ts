import type { IDataObject } from 'n8n-workflow';
import type { ComponentChildren } from 'preact';
import type { FunctionArguments } from '../../transport/client';
import type { Clock } from '../view/format';
import type { Fields, Values } from './fields';

/** Calls a function of the database; what is `null` is left to its default. @throws NodeApiError that says what to do */
export type Call = <T = IDataObject>(name: string, args?: FunctionArguments) => Promise<T>;

/** What is the same for all pages, read with each (`get_console`). */
export interface ConsoleState {
  /** When it was read, ISO 8601. */
  at: string;
  /** Whether there are deals, and whether the edge replica is on. */
  revenue: boolean;
  edge: boolean;
  /** What is synced beside leads, as Twenty calls it. */
  objects: string[];
}

/** What a view is given. */
export interface ViewProps<P extends Fields, D> {
  data: D;
  params: Values<P>;
  /** When it was read, ISO 8601. */
  at: string;
  clock: Clock;
}

export interface PageOf<P extends Fields, D> {
  /** In the address, `?page=<name>`. */
  name: string;
  title: string;
  /** The group of the navigation it stands in; a page without one is reached by links alone. */
  group?: Group;
  /** The page that the navigation marks meanwhile, for one that does not stand there itself. */
  under?: string;
  /** Left out of the navigation where this says no. */
  isOn?(state: ConsoleState): boolean;
  /** What it reads of its address: `withDefault(whole(1, 168), 24)`. What cannot be taken counts as not given. */
  params: P;
  /** Calls what this page shows, and nothing else. @param options.hours how far back figures go */
  load(call: Call, params: Values<P>, options: { hours: number }): Promise<D>;
  view(props: ViewProps<P, D>): ComponentChildren;
  /** What the page is about, where that is not its title: a lead's name. */
  heading?(data: D): string;
  /** After how many seconds the browser reads it again where somebody watches it (`watch=yes`); it cannot be watched unless given. */
  renewedSeconds?(data: D): number;
  actions?: Record<string, Action>;
}

export const GROUPS = ['Now', 'To decide', 'Rules', 'To look at', 'Set-up'] as const;
export type Group = (typeof GROUPS)[number];

/** The syncs that the workflow can start behind the answer, with their node's parameters; of several objects one of each. */
export type Starts = Partial<
  Record<'Pull' | 'Push' | 'Reconcile', IDataObject | IDataObject[]> & { Drain: IDataObject }
>;

export interface Outcome {
  /** What the page says: one or two sentences. */
  text: string;
  /** False where it could not be done as asked, which the text explains. */
  ok?: boolean;
  /** What is wrong with fields of the form, a sentence each: the page comes again with what was typed, and says it there. */
  problems?: Record<string, string>;
  /** What the workflow starts once the answer is given. */
  starts?: Starts;
  /** Where the browser goes instead of back, made by `addressOf`. */
  to?: string;
  /** What a script gets. */
  result?: IDataObject;
}

/** What is asked before an action is carried out. */
export interface Preview {
  /** What it would do. It may hold inputs, which are given to the action as fields. */
  view: ComponentChildren;
  /** What the button that does it says; none where there is nothing to do. */
  button: string | null;
  isDangerous?: boolean;
  /** What is wrong with fields of the form, a sentence each: the page comes again instead, and says it there. */
  problems?: Record<string, string>;
}

export interface ActionOf<F extends Fields> {
  /** What its preview is headed, and its notices begin with: "Undo". */
  title: string;
  fields: F;
  /** Shown first, with a button to go on; the action gets the same fields then. */
  preview?(call: Call, values: Values<F>): Promise<Preview>;
  /** @param by who asks for it, as the audit log names them */
  run(call: Call, values: Values<F>, by: string): Promise<Outcome>;
  /** Before the reason why it failed: "The dead letters could not be queued." */
  failed: string;
}

export type Page = PageOf<Fields, unknown>;
export type Action = ActionOf<Fields>;

export const definePage = <P extends Fields, D>(page: PageOf<P, D>): Page => page as unknown as Page;
export const defineAction = <F extends Fields>(action: ActionOf<F>): Action => action as unknown as Action;
