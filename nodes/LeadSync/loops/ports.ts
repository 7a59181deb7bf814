import type { Write } from '../../lead';
import type { AnsweredPage, ChangedPage, ChangedWindow } from '../../Twenty/leads/get-changed';
import type { IdsPage, IdsRequest } from '../../Twenty/leads/get-ids';
import type { IdRange } from '../../Twenty/leads/id-range';
import type { RangeSummary } from '../../Twenty/leads/summarise-range';
import type { AskedLead, FoundLeads } from '../../Twenty/leads/get-many';
import type { MergeOutcome, PeopleToMerge } from '../../Twenty/leads/merge-people';
import type { PushOptions, PushReport } from '../../Twenty/leads/push';
import type { ScopeSettings } from '../../Twenty/leads/scope';
import type { SelectOption } from '../../Twenty/transport/metadata';
import type { MappableField } from '../../Twenty/workspace/mappable-fields';
import type { Urgency } from '../../Twenty/transport/shared-budget';
import type { Control, StorePort } from '../../runs/control';
import type { ChangedLead } from './changes';

/** Twenty as a run sees it: its object, its mapping. Reads reject with a `TwentyError`; a push does when nothing can be written at all. */
export interface TwentyPort {
  /** The calls a minute that the workspace allows, as far as is known by now. */
  callsPerMinute(): number;
  getChangedPage(window: ChangedWindow): Promise<AnsweredPage | ChangedPage>;
  getIdsPage(request: IdsRequest): Promise<IdsPage>;
  summariseRange(range: IdRange): Promise<RangeSummary>;
  /** The options of a select, in their order; none where the workspace lacks the field. */
  getOptions(field: string): Promise<SelectOption[]>;
  /** What a mapping of the object may name. */
  getFields(): Promise<MappableField[]>;
  getLeads(asked: readonly AskedLead[]): Promise<FoundLeads>;
  pushLeads(writes: readonly Write[], options: Omit<PushOptions, 'batchSize'>): Promise<PushReport>;
  mergePeople(people: PeopleToMerge): Promise<MergeOutcome>;
}

/** All that a loop knows of the world. Whoever wraps a port sees each step and can stand still before it, or end there. */
export interface Ports {
  /** @param urgency how its calls stand among those of all processes that share a limit; null where none is shared */
  twenty(settings: ScopeSettings, urgency?: Urgency | null): TwentyPort;
  store: StorePort;
  control: Control;
  /** Takes what changed, where somebody wants to know. */
  changes?: (leads: ChangedLead[]) => void;
}
