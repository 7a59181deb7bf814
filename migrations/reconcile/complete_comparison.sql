-- After the last range: live leads that share an e-mail (when all ids were compared; it looks at all leads), and whether so many leads are orphaned that nothing
-- may be repaired.
create or replace function lead_sync.complete_comparison(p_run_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_adapter text := lead_sync.adapter_of_run(p_run_id);
  v_linked integer;
  v_orphans integer;
begin
  insert into lead_sync.findings (run_id, kind, subject, detail)
  select p_run_id, 'duplicates', d.ids[1], jsonb_build_object('lead_ids', to_jsonb(d.ids[:10]), 'leads', cardinality(d.ids))
  from (
    select array_agg(l.id order by l.created_at, l.id) as ids
    from public.leads as l
    where v_adapter = 'lead' and exists (select from lead_sync.reconciliations as r where r.run_id = p_run_id and r.changed_since is null)
      and l.deleted_at is null and case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end <> ''
    group by case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end
    having count(*) > 1
  ) as d
  on conflict do nothing;

  execute lead_sync.rows_sql(v_adapter, $sql$
    select
      count(*),
      count(*) filter (where exists (select from lead_sync.findings as f where f.run_id = $1 and f.kind = 'orphaned' and f.subject = l.twenty_id))
    from {table} as l
    where l.twenty_id is not null and l.deleted_at is null
  $sql$) into v_linked, v_orphans using p_run_id;
  update lead_sync.reconciliations as r set
    compared = true,
    suspicion = case
      -- where deletions wait for a yes, that decides
      when not r.report_only and s.reconcile_orphaned = 'repair' and (v_adapter <> 'lead' or s.approve_deletions is null) and v_orphans > greatest(20, s.reconcile_orphaned_share * v_linked) then
        format(case v_adapter when 'lead' then '%s of %s linked leads have no person in Twenty. ' else '%s of %s linked rows have no record in Twenty. ' end, v_orphans, v_linked)
        || 'Nothing was repaired, because the API key of another workspace looks like this. Check the Twenty credential. '
        || 'If they are really gone, raise reconcile_orphaned_share in lead_sync.settings for one run.'
    end
  from lead_sync.settings as s
  where r.run_id = p_run_id;

  perform lead_sync.add_figures(r.run_id, '{"compared_all": 1}', null) from lead_sync.reconciliations as r
  where r.run_id = p_run_id and r.changed_since is null and not r.report_only;
end
$$;
