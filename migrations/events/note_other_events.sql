-- After a conflict was noted, a lead assigned or an alert raised: what feeds want of it. The trigger's argument is the event.
create or replace function lead_sync.note_other_events() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_new jsonb := to_jsonb(new);
begin
  if lead_sync.wants_event(array[tg_argv[0]]) then
    insert into lead_sync.lead_events (feed, event, lead_id, details)
    select f.feed, tg_argv[0], (v_new ->> 'lead_id')::uuid, case tg_argv[0]
      when 'conflicted' then jsonb_build_object(
        'conflict_id', v_new -> 'id', 'field', v_new -> 'field', 'winner', v_new -> 'winner', 'supabase_value', v_new -> 'supabase_value',
        'twenty_value', v_new -> 'twenty_value', 'reason', v_new -> 'reason'
      )
      when 'assigned' then jsonb_build_object(
        'member_id', v_new -> 'member_id', 'name', (select r.name from public.sales_reps as r where r.member_id = (v_new ->> 'member_id')::uuid)
      )
      else jsonb_build_object('alert', v_new -> 'alert', 'severity', v_new -> 'severity')
    end
    from lead_sync.event_feeds as f
    where tg_argv[0] = any (f.events);
  end if;
  return null;
end
$$;
