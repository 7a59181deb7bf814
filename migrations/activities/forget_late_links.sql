-- After links were stored, where somebody was forgotten: links with them are forgotten, too, with what hangs on them alone. What was erased and turns out to hang on
-- others as well is not destroyed in Twenty, and read again.
create or replace function lead_sync.forget_late_links(p_kind text, p_links uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  if not exists (select from lead_sync.forgotten) then
    return;
  end if;
  perform lead_sync.forget_activities(array(
    select k.person_id from lead_sync.activity_links as k
    where k.kind = p_kind and k.twenty_id = any (p_links) and lead_sync.keyed_hash(k.person_id::text) in (select f.hash from lead_sync.forgotten as f)
      and not exists (select from public.leads as l where l.twenty_id = k.person_id) -- who came back
  ));
  with shared as (
    update lead_sync.activities as a set updated_at = '-infinity', read_at = '-infinity'
    where a.kind = p_kind and a.read_at = 'infinity' and a.twenty_id in (
      select k.activity_id from lead_sync.activity_links as k
      where k.kind = p_kind and k.twenty_id = any (p_links) and k.deleted_at is null and coalesce(k.person_id, k.opportunity_id) is not null
    )
    returning a.twenty_id
  ),
  keep as (
    delete from lead_sync.to_destroy as d using shared as s where d.object = p_kind and d.record_id = s.twenty_id
  )
  insert into lead_sync.inbox (object, record_id)
  select o.object, s.twenty_id from shared as s join lead_sync.activity_objects() as o on o.kind = p_kind and not o.is_link
  order by s.twenty_id
  on conflict do nothing;
end
$$;
