import type { Write } from '../../../lead';
import type { Control, StorePort } from '../../../runs/control';
import type { PreviewedPush } from '../../../Twenty/leads/preview-push';
import type { ScopeSettings } from '../../../Twenty/leads/scope';
import type { TwentyPort } from '../ports';

/** Twenty as a preview sees it: nothing in it writes. */
export interface TwentyReads extends Pick<TwentyPort, 'callsPerMinute' | 'getChangedPage' | 'getLeads'> {
  previewPush(writes: readonly Write[], options: { strict: boolean }): Promise<PreviewedPush>;
}

/** All that a preview knows of the world. */
export interface PreviewPorts {
  twenty(settings: ScopeSettings): TwentyReads;
  store: StorePort;
  control: Control;
}
