-- advance_merge, of which what a row's triggers or values raise ends nothing else: the merge waits, and says why.
create or replace function lead_sync.try_merge(p_id bigint, p_twenty boolean default true) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_merge lead_sync.merges;
  v_message text;
  v_state text;
begin
  return lead_sync.advance_merge(p_id, p_twenty);
exception when others then
  get stacked diagnostics v_message = message_text, v_state = returned_sqlstate;
  if lead_sync.ends_the_call(v_state) then
    raise;
  end if;
  perform set_config('lead_sync.engine', 'off', true);
  update lead_sync.merges as m set problem = left(v_message, 500), tried_at = clock_timestamp() where m.id = p_id returning * into v_merge;
  return lead_sync.merge_state(v_merge);
end
$$;
