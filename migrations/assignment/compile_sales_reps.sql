-- Compiles the conditions of the sales reps; recent leads that nobody was found for are looked at again.
create or replace function lead_sync.compile_sales_reps() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions')); -- the list that is read next is the last one
  perform lead_sync.compile_conditions(-2, coalesce((
    select jsonb_agg(c.value || jsonb_build_object('condition_key', r.member_id || ' ' || c.ordinality, 'group_key', r.member_id, 'points', 1))
    from public.sales_reps as r
    cross join lateral jsonb_array_elements(r.conditions) with ordinality as c
    where r.active
  ), '[]'));
  update public.lead_assignments as a set assigned_at = null
  where a.member_id is null and a.assigned_at is not null and a.arrived_at > clock_timestamp() - interval '3 days';
  return null;
end
$$;
