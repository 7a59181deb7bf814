import { readScope } from '../../nodes/Twenty/leads/scope';
import { defaultMapping } from '../../nodes/lead';
import { LIVE_AND_DELETED, readPages } from '../../nodes/Twenty/transport/paging';
import type { BenchOptions } from './options';
import { peopleOf } from './people';
import { tell, toldStep } from '../progress';
import { editPeople, seedPeople } from './seed-twenty';
import { emptyBothSides, slowed, type Stand } from './stand';

/** What a plain client gets out of the same Twenty: one request after the other, with the sync's own sizes, and nothing else to do. */
export interface RawFigures {
  read_per_s: number;
  /** People; their companies are made on the way, as a push makes them. */
  create_per_s: number;
  update_per_s: number;
}

const PAGE = 1_000;

/** Measures it over as many people as the syncs move. */
export async function measureRaw(stand: Stand, options: BenchOptions): Promise<RawFigures> {
  const { client } = stand.twenty;
  const { leads } = options;
  return await toldStep(`A raw client over ${leads} people`, async () => {
    await emptyBothSides(stand);
    const scope = await readScope(client, { object: 'person', fieldMapping: defaultMapping(), defaultCountry: '' });
    let ids: string[] = [];
    const create = await perSecond(stand, options, async () => {
      ids = await seedPeople(client, peopleOf({ name: 'raw', size: leads }));
    });
    const read = await perSecond(stand, options, async () => {
      const { object, selection } = scope;
      const request = { object, selection, filter: LIVE_AND_DELETED, position: null, pageSize: PAGE };
      let found = 0;
      for await (const page of readPages(client, request)) found += page.records.length;
      if (found !== leads) throw new Error(`The raw client read ${found} people, not ${leads}.`);
    });
    const update = await perSecond(stand, options, () => editPeople(client, ids, 'Edited by a raw client'));
    tell(`  ${read} reads, ${create} creates, ${update} updates a second`);
    return { read_per_s: read, create_per_s: create, update_per_s: update };
  });
}

async function perSecond(stand: Stand, options: BenchOptions, work: () => Promise<void>): Promise<number> {
  return await slowed(stand, options, async () => {
    const begun = performance.now();
    await work();
    return Number(((options.leads * 1_000) / (performance.now() - begun)).toFixed(1));
  });
}
