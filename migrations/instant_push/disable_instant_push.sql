-- Turns instant pushes off; the schedule sends what changes. Returns {enabled: false, was_enabled}.
create or replace function public.disable_instant_push() returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  perform public.note_action('disable_instant_push');
  delete from lead_sync.instant_push as i where i.only_row;
  return jsonb_build_object('enabled', false, 'was_enabled', found);
end
$$;
