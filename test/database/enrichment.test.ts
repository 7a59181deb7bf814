import { useStore, type Json } from './store';

describe('enrichment', () => {
  const store = useStore();

  const written = async (values: Json): Promise<Json> => store.lead(await store.addLead(values));

  test.each([
    ['Korea, Republic of', 'KR'],
    ['Iran (Islamic Republic of)', 'IR'],
    ['Türkiye', 'TR'],
    ['Tu\u0308rkiye\u00a0', 'TR'],
    ['Viet Nam', 'VN'],
    ['Tanzania, United Republic of', 'TZ'],
  ])('the country %j is known by its official name', async (name, code) => {
    expect(await store.rows('select lead_sync.country_code($1) as code', [name])).toEqual([{ code }]);
  });

  test.each<[size: string | null, employees: number | null, linkedin: string | null, eu: string | null]>([
    ['250', 250, '201-500', 'large'],
    ['1.5K', 1500, '1001-5000', 'large'],
    ['1,5k – 3k', 2250, '1001-5000', 'large'],
    ['51-200', 125, '51-200', 'medium'],
    ['51 – 200 employees', 125, '51-200', 'medium'],
    ['1,001-5,000', 3000, '1001-5000', 'large'],
    ['10,001+', 10001, '10001+', 'large'],
    ['10 000', 10000, '5001-10000', 'large'],
    ['2k to 5k', 3500, '1001-5000', 'large'],
    ['1', 1, '1', 'micro'],
    ['Self-employed', null, null, null],
    ['99999999999999999999', null, null, null],
    ['', null, null, null],
    [null, null, null, null],
  ])('a company of %j', async (size, employees, linkedin, eu) => {
    expect(await written({ company_size: size })).toMatchObject({
      company_employees: employees,
      company_size_band: linkedin,
    });

    await store.sql.query(`update lead_sync.settings set company_size_scheme = 'eu'`);
    expect(await written({ company_size: size })).toMatchObject({ company_size_band: eu });
  });

  test.each<[country: string, tier: string | null]>([
    ['France', 'high'],
    ['USA', 'high'],
    ['u.k.', 'high'],
    [' BRA ', 'upper_middle'],
    ['Côte d’Ivoire', 'lower_middle'],
    ['Atlantis', null],
  ])('the income tier of %s', async (country, tier) => {
    expect(await written({ country })).toMatchObject({ income_tier: tier });
  });

  test('every country of the World Bank’s list is known by name', async () => {
    expect(
      await store.rows(`
        select t.country from public.geo_income_tiers as t
        where not exists (select from public.country_names as n where n.country = t.country and length(n.name) > 3)`),
    ).toEqual([]);
  });

  test('the longest match wins: postal prefix, then region, then country', async () => {
    const answer = await store.rpc('load_geo_income_tiers', {
      p_csv: [
        'country,region,postal_prefix,tier,source,year',
        'US,New York,,state,me,2024',
        'United States,,100,city,"Me, too",2024',
        'US,,10001,street,me,2024',
        '',
      ].join('\r\n'),
    });
    expect(answer).toEqual({ loaded: 3, rejected: [] });

    const tiers = async (values: Json): Promise<unknown> => (await written({ country: 'US', ...values })).income_tier;
    expect(await tiers({})).toBe('high');
    expect(await tiers({ region: 'new york' })).toBe('state');
    expect(await tiers({ region: 'New York', postal_code: '10099' })).toBe('city');
    expect(await tiers({ postal_code: '10001-1234' })).toBe('street');
    expect(await store.rows(`select source from public.geo_income_tiers where tier = 'city'`)).toEqual([
      { source: 'Me, too' },
    ]);
  });

  test('bad lines of a CSV are reported, the others land', async () => {
    const answer = await store.rpc('load_geo_income_tiers', {
      p_csv: [
        'country,region,postal_prefix,tier,source,year',
        'Atlantis,,,high,me,2024',
        'FR,,75,top,me,2024',
        'FR,,75,top',
        'FR,,76,,me,2024',
        'FR,,77,top,,2024',
        'FR,,78,top,me,soon',
        'FR,,75,better,me,2025',
        'FR,,79,"top" 10,me,2025',
      ].join('\n'),
    });

    expect(answer).toMatchObject({
      loaded: 1,
      rejected: [
        { line: 2, reason: expect.stringContaining('"ATLANTIS" is neither an ISO code nor in country_names') },
        { line: 3, reason: 'the same place comes again later' },
        { line: 4, reason: 'has 4 values where 6 are expected' },
        { line: 5, reason: 'tier is empty' },
        { line: 6, reason: expect.stringContaining('source is empty') },
        { line: 7, reason: 'year "soon" is not a year' },
        { line: 9, reason: expect.stringContaining('has a double quote within a value') },
      ],
    });
    await expect(store.rpc('load_geo_income_tiers', { p_csv: 'country;tier' })).rejects.toThrow(
      'The first line must be',
    );
  });

  test('an edited table is worked in: at once for leads that change, in steps for all others', async () => {
    await store.rpc('publish_scoring_rules');
    const id = await store.addLead({ company_size: '250', country: 'France', email: 'ada@startmail.example' });
    await store.sql.query(`update public.company_size_bands set band = 'our size' where band = '201-500'`);
    await store.sql.query(`update public.geo_income_tiers set tier = 'great' where country = 'FR'`);
    await store.sql.query(`insert into public.free_email_domains values ('startmail.example')`);

    await store.rpc('calculate_lead_scores');

    expect(await store.lead(id)).toMatchObject({
      company_size_band: 'our size',
      income_tier: 'great',
      score_breakdown: { rules: { email_free: -5 } },
    });
    expect(await store.rpc('calculate_lead_scores')).toMatchObject({ scored: 0 });
  });

  test('a table that is edited does not wait for a step where the lead changes anyway', async () => {
    const id = await store.addLead({ company_size: '250' });
    await store.sql.query(`update public.company_size_bands set band = 'our size' where band = '201-500'`);

    await store.editLead(id, { city: 'Paris' });

    expect(await store.lead(id)).toMatchObject({ company_size_band: 'our size' });
  });
});
