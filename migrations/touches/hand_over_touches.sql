-- The touches of a lead become another one's, whose source is then that of the first of all, where it had no other than that of its own first.
create or replace function lead_sync.hand_over_touches(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_before text := (select t.source from public.lead_touches as t where t.lead_id = p_to order by t.touched_at, t.id limit 1);
  v_source text;
begin
  update public.lead_touches as t set lead_id = p_to where t.lead_id = p_from;
  if not found then
    return;
  end if;
  select t.source into v_source from public.lead_touches as t where t.lead_id = p_to order by t.touched_at, t.id limit 1;
  update public.leads as l set lead_source = v_source
  where l.id = p_to and l.lead_source is distinct from v_source and (l.lead_source is null or l.lead_source = v_before);
end
$$;
