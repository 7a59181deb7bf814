-- Notes which leads that arrived in the last three days somebody has done something about, as far as that shows: a change of the person by somebody in Twenty, a status set here,
-- a call that somebody took. What our own pushes and assignments bring about is none. A task of theirs that somebody has begun in Twenty is told by confirm_lead_assignments.
create or replace function lead_sync.note_first_responses(p_now timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_owner text[] := array( -- written by assignments
    select m.lead_field
    from lead_sync.field_mappings as m
    join lead_sync.settings as n on n.object = m.object
    join lead_sync.assignment_settings as s on m.twenty_field = s.owner_field || 'Id'
  );
begin
  update public.lead_assignments as a set first_response_at = r.at
  from public.lead_assignments as o
  left join lead_sync.lead_states as s on s.lead_id = o.lead_id
  cross join lateral (
    select least(
      (
        select min(h.created_at) from public.lead_sync_history as h
        where h.lead_id = o.lead_id and h.synced_at > o.arrived_at and h.sync_direction = 'twenty_to_supabase' and h.sync_status = 'synced'
          and not h.fields_changed <@ v_owner and h.created_at > o.arrived_at
          and h.created_at <> h.synced_at -- what Twenty made of a value that we sent has one time only
          and not exists ( -- what was read later of the version that a push of ours made
            select from public.lead_sync_history as w
            where w.lead_id = h.lead_id and w.synced_at >= h.created_at and w.synced_at < h.synced_at
              and w.sync_direction = 'supabase_to_twenty' and w.sync_status = 'synced'
          )
      ),
      case when (s.changed_at ->> 'lead_status')::timestamptz > o.arrived_at then (s.changed_at ->> 'lead_status')::timestamptz end,
      (
        select min(t.touched_at) from public.lead_touches as t
        where t.lead_id = o.lead_id and t.outcome = 'answered'
          and t.id >= o.touch_id -- the call that it arrived by, too
          and t.touched_at >= (select f.touched_at from public.lead_touches as f where f.id = o.touch_id) -- not one from before that was read later
      )
    ) as at
  ) as r
  where a.lead_id = o.lead_id and o.first_response_at is null and o.arrived_at > p_now - interval '3 days' and r.at is not null;
end
$$;
