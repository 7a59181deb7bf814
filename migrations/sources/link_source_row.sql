-- Notes which lead a row is (the one that it became first, also where that is joined with another one) and what was agreed: of the columns that were taken alone, as the
-- lead's other fields may have changes that wait to be written. Or notes why the row was not taken. What the lead has and a new row lacks is written there next, and what it has to say to a row that was refused.
create or replace function lead_sync.link_source_row(p_source lead_sync.sources, p_item jsonb, p_lead_id text, p_refusal text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_lead_id uuid := coalesce(p_item ->> 'own_id', p_lead_id)::uuid;
  v_here jsonb := (select lead_sync.source_row(p_source.columns, l) from public.leads as l where l.id = v_lead_id);
  v_lacks text[] := '{}';
begin
  if p_refusal is not null then
    insert into lead_sync.source_rows as s (source, key, lead_id, refusal)
    values (p_source.source, p_item ->> 'key', v_lead_id, left(p_refusal, 1000))
    on conflict (source, key) do update set refusal = excluded.refusal;
    return;
  end if;
  if p_source.both_ways then
    if p_item ->> 'lead_id' is null then
      v_lacks := array(select e.key from jsonb_each(v_here) as e where e.value not in ('null', 'false') and p_item -> 'row' -> e.key = 'null');
    end if;
    if v_lacks <> '{}' or p_item ->> 'refusal' is not null then
      insert into lead_sync.source_changes (source, lead_id) values (p_source.source, v_lead_id);
    end if;
  end if;
  insert into lead_sync.source_rows as s (source, key, lead_id, there, here)
  values (
    p_source.source, p_item ->> 'key', v_lead_id, p_item -> 'row',
    (select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(v_here) as e where p_item -> 'changed' ? e.key and e.key <> all (v_lacks))
  )
  on conflict (source, key) do update set lead_id = excluded.lead_id, there = excluded.there, here = s.here || excluded.here, refusal = null;
  -- its row could not be made before
  delete from lead_sync.source_rows as s where s.source = p_source.source and s.lead_id = v_lead_id and s.key is null;
end
$$;
