-- What Twenty made of the people of two leads counts as agreed with the lead that stays, where nobody has read it since: what is blank here, or fewer addresses, goes out, and no read
-- brings it back. What Twenty left blank all the same, as a part of a name, a read finds blank on both sides. The caller holds both locks, and the dropped lead has its base.
create or replace function lead_sync.agree_on_merged(p_merge lead_sync.merges) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_merged jsonb;
begin
  select jsonb_object_agg(m.field, m.value) into v_merged
  from public.leads as l
  join lead_sync.lead_states as s on s.lead_id = l.id
  join lead_sync.lead_states as o on o.lead_id = p_merge.drop_id
  cross join lateral (
    select o.base_remote || lead_sync.merged_addresses(
      jsonb_populate_record(null::public.leads, s.base_remote), jsonb_populate_record(null::public.leads, o.base_remote), '{}'
    ) as remote
    offset 0
  ) as k
  cross join lateral (
    select r ->> 'field' as field, k.remote -> (r ->> 'field') as value
    from jsonb_array_elements(lead_sync.rules((select t.object from lead_sync.settings as t))) as r
    where r ->> 'direction' <> 'to_supabase' and r ->> 'field' <> 'deleted'
  ) as m
  where l.id = p_merge.keep_id and l.twenty_id = p_merge.keep_twenty_id and p_merge.drop_twenty_id is not null
    and coalesce(s.read_at < p_merge.settled_at, true)
    and case
      when m.field in ('additional_emails', 'additional_phones') then m.value <> coalesce(s.base_remote -> m.field, '[]')
      when m.field in ('company_name', 'company_domain') and s.base_remote ?| array['company_name', 'company_domain'] then false -- a company is one value
      else m.value <> 'null' and not s.base_remote ? m.field -- what was edited here stays due, on top of it
    end;
  if v_merged is not null then
    update lead_sync.lead_states as s set base_local = s.base_local || v_merged, base_remote = s.base_remote || v_merged where s.lead_id = p_merge.keep_id;
    update public.leads as l set sync_status = 'pending' where l.id = p_merge.keep_id; -- it is due
  end if;
end
$$;
