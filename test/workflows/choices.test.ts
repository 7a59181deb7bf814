import { setSync, useStage } from './stage';

const stage = useStage();

/** A person and a lead that are linked, edited on both sides to different job titles, in Twenty last. */
async function editedOnBothSides(): Promise<string> {
  const ada = stage.addPerson('ada@example.com', 'Ada', 'Countess');
  await stage.pull();
  await stage.database.query("update public.leads set job_title = 'Here'");
  await stage.database.query(
    `update lead_sync.lead_states set changed_at = jsonb_build_object('job_title', now() - interval '1 minute')`,
  );
  stage.twenty.store.update('people', ada, { jobTitle: 'There' });
  return ada;
}

async function conflicts(): Promise<unknown[]> {
  const { rows } = await stage.database.query<{ winner: string; reason: string }>(
    'select winner, reason, supabase_value, twenty_value from public.lead_sync_conflicts order by id',
  );
  return rows;
}

const values = { supabase_value: 'Here', twenty_value: 'There' };

describe('the policy of a run, chosen in the node', () => {
  it('is each field’s own when it is empty: the last write wins', async () => {
    const ada = await editedOnBothSides();

    await stage.pull();
    await stage.push();

    expect(await conflicts()).toEqual([
      { winner: 'twenty', reason: 'last write wins: changed later in Twenty', ...values },
    ]);
    expect(stage.person(ada).jobTitle).toBe('There');
    expect((await stage.leads())[0].job_title).toBe('There');
  });

  it.each([
    ['supabase_wins', 'supabase', 'policy: Supabase wins', 'Here'],
    ['twenty_wins', 'twenty', 'policy: Twenty wins', 'There'],
  ])('%s decides what a pull finds', async (policy, winner, reason, jobTitle) => {
    const ada = await editedOnBothSides();

    await stage.pull({ edit: setSync({ policy }) });
    await stage.push();

    expect(await conflicts()).toEqual([{ winner, reason, ...values }]);
    expect(stage.person(ada).jobTitle).toBe(jobTitle);
    expect((await stage.leads())[0]).toMatchObject({ job_title: jobTitle, sync_status: 'synced' });
  });

  it('supabase_wins decides what a push finds before it writes', async () => {
    const ada = await editedOnBothSides();

    await stage.push({ edit: setSync({ policy: 'supabase_wins' }) });

    expect(await conflicts()).toEqual([{ winner: 'supabase', reason: 'policy: Supabase wins', ...values }]);
    expect(stage.person(ada).jobTitle).toBe('Here');
  });

  it('of a field comes from its mapping row', async () => {
    await stage.database.query(
      "update lead_sync.field_mappings set policy = 'supabase_wins' where lead_field = 'job_title'",
    );
    const ada = await editedOnBothSides();

    await stage.pull();
    await stage.push();

    expect(stage.person(ada).jobTitle).toBe('Here');
  });

  it('that does not exist is refused before anything is read', async () => {
    const run = await stage.pull({ edit: setSync({ policy: '={{ "loudest_wins" }}' }) });

    expect(run.error).toContain('policy must be last_write_wins');
    expect(stage.twenty.stats.requests).toBe(0);
  });
});

describe('a strict push, chosen in the node or in the settings', () => {
  const writes = (): Record<string, number> =>
    Object.fromEntries(
      Object.entries(stage.twenty.stats.byOperation).filter(([name]) => /^(create|update|delete|restore)/.test(name)),
    );

  async function threeEdited(): Promise<string[]> {
    const people = stage.addPeople('ada', 'grace', 'mary');
    await stage.pull();
    await stage.database.query("update public.leads set job_title = 'Here'");
    stage.twenty.stats.reset();
    return people;
  }

  it.each([
    ['the node', async () => await Promise.resolve()],
    ['the settings', async () => void (await stage.database.query('update lead_sync.settings set strict = true'))],
  ])('by %s writes one person a call', async (place, prepare) => {
    await prepare();
    const people = await threeEdited();

    await stage.push(place === 'the node' ? { edit: setSync({ strict: true }) } : {});

    expect(people.map((id) => stage.person(id).jobTitle)).toEqual(['Here', 'Here', 'Here']);
    expect(writes()).toEqual({ updatePeople: 3 });
  });

  it('that finds every person changed since the read leaves them alone, reads them again and sends then', async () => {
    const people = await threeEdited();
    await stage.database.query('update lead_sync.settings set strict = true');

    const run = await stage.push({
      interrupt: {
        before: /upsert_leads/,
        by: async () => {
          for (const id of people) stage.twenty.store.update('people', id, { name: { lastName: 'King' } });
          await Promise.resolve();
        },
      },
    });

    expect(run.status).toBe('success');
    expect(people.map((id) => stage.person(id).jobTitle)).toEqual(['Here', 'Here', 'Here']);
    expect(people.map((id) => stage.twenty.store.get('people', id)?.name)).toMatchObject([
      { lastName: 'King' },
      { lastName: 'King' },
      { lastName: 'King' },
    ]);
    expect(writes()).toEqual({ updatePeople: 6 });
    expect((await stage.runs()).at(-1)).toMatchObject({ status: 'succeeded', figures: { pushed: 3, errors: 0 } });
  });

  it('is not what runs otherwise: one call for all', async () => {
    await threeEdited();

    await stage.push();

    expect(writes()).toEqual({ createPeople: 1 });
  });
});
