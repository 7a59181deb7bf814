import { Shutdown } from '../../stack/shutdown';

/** Jest loads setup and teardown apart from each other; what they share has to lie on the global object. */
const shared = globalThis as typeof globalThis & { leadSyncRunning?: Shutdown };

export const running = (shared.leadSyncRunning ??= new Shutdown());
