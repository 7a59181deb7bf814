-- A lead field by field: as it is here, as Twenty had it when it was last read or written, as it was here when both agreed, and why the sides differ.
-- Returns [{field, here, twenty, agreed, twenty_field, direction, policy, state, reason, conflict: {id, winner, supabase_value, twenty_value, reason, created_at}}], up to 300, the first texts of long values;
-- state: equal | waits (goes out with the next push) | conflict | left_out (reason: why Twenty cannot take it) | one_way | deleted (fields wait while one side is deleted) | outside (the filter keeps the lead here) | not_mapped | missing (Twenty lacks
-- the field) | differs.
create or replace function lead_sync.compare_fields(p_lead public.leads, p_object text) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  first_fields constant text[] := '{first_name,last_name,email,additional_emails,phone,additional_phones,job_title,company_name,company_domain}';
  v_here jsonb := lead_sync.lead_values(p_lead) - 'deleted';
  v_state lead_sync.lead_states;
begin
  select s.* into v_state from lead_sync.lead_states as s where s.lead_id = p_lead.id;
  return (
    with named as (
      select k.field from jsonb_object_keys(v_here || coalesce(v_state.base_remote, '{}') || coalesce(v_state.base_local, '{}')) as k (field)
      union
      select m.lead_field from lead_sync.field_mappings as m where m.object = p_object and m.enabled
    ),
    compared as (
      select
        n.field, v_here -> n.field as here, v_state.base_remote -> n.field as twenty, v_state.base_local -> n.field as agreed, m.twenty_field, m.direction, m.policy, m.missing_since,
        m.lead_field is not null as is_mapped, to_jsonb(c) as conflict,
        coalesce(v_here -> n.field, 'null') = coalesce(v_state.base_remote -> n.field, 'null')
          or lead_sync.is_same(
            case when m.kind <> 'list' then m.kind when m.twenty_field like '%.additionalEmails' then 'email list' when m.twenty_field like '%.additionalPhones' then 'phone list' else 'text list' end,
            coalesce(v_here -> n.field, 'null'), coalesce(v_state.base_remote -> n.field, 'null')
          ) as is_equal
      from named as n
      left join lead_sync.field_mappings as m on m.object = p_object and m.lead_field = n.field and m.enabled
      left join lateral (
        select o.id, o.winner, lead_sync.short_value(o.supabase_value, 2000) as supabase_value, lead_sync.short_value(o.twenty_value, 2000) as twenty_value, o.reason, o.created_at
        from public.lead_sync_conflicts as o
        where o.lead_id = p_lead.id and o.field = n.field and o.resolved_at is null
        order by o.id desc
        limit 1
      ) as c on true
      where n.field <> 'deleted'
      order by array_position(first_fields, n.field), n.field
      limit 300
    )
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'field', left(c.field, 200), 'here', lead_sync.short_value(c.here, 2000), 'twenty', lead_sync.short_value(c.twenty, 2000), 'agreed', lead_sync.short_value(c.agreed, 2000),
        'twenty_field', c.twenty_field, 'direction', c.direction, 'policy', c.policy, 'conflict', c.conflict,
        'reason', left(p_lead.left_out ->> c.field, 500),
        'state', case
          when not c.is_mapped then 'not_mapped'
          when c.here is null and c.twenty is null then 'equal'
          when c.missing_since is not null then 'missing'
          when c.conflict is not null then 'conflict'
          when p_lead.left_out ? c.field then 'left_out'
          when c.is_equal then 'equal'
          when p_lead.deleted_at is not null or v_state.base_remote ? 'deleted' then 'deleted'
          when p_lead.sync_status = 'outside' then 'outside'
          when c.direction <> 'to_supabase' and (p_lead.twenty_id is null or c.here is distinct from c.agreed) then 'waits'
          when c.direction <> 'both' then 'one_way'
          else 'differs'
        end
      )
      order by array_position(first_fields, c.field), c.field
    ), '[]')
    from compared as c
  );
end
$$;
