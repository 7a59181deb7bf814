-- One step of the sync that writes rows of leads: merge (snapshots), take_in (leads of other sources), claim, settle, mark or join (one at a time). Set-based first; whatever is raised while
-- a row is written, by a value or by a trigger of the database's owner, the batch is quartered until the bad item stands alone and is rejected, or its lead
-- given back, with the reason. All others land. Quarters, not halves: as many calls for one bad item, fewer for many, and half as many rows written in vain.
-- Returns what the step returns, an array.
create or replace function lead_sync.write_or_split(p_step text, p_items jsonb, p_context jsonb default '{}') returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer := coalesce(jsonb_array_length(p_items), 0);
  v_first integer;
  v_last integer;
  v_results jsonb;
  v_message text;
  v_state text;
begin
  if v_count = 0 then
    return '[]';
  end if;
  begin
    v_results := case p_step
      when 'merge' then case p_context ->> 'adapter' when 'lead' then lead_sync.merge_people(p_items, p_context) else lead_sync.merge_snapshots(p_items, p_context) end
      when 'take_in' then lead_sync.take_in_leads(p_items, p_context)
      when 'claim' then lead_sync.claim_leads(p_items, p_context)
      when 'settle' then lead_sync.settle_writes(p_items, p_context)
      when 'mark' then lead_sync.mark_rows(coalesce(p_context ->> 'adapter', 'lead'), p_items)
      when 'join' then lead_sync.join_or_finish((p_items #>> '{0,lead_id}')::uuid, (p_items #>> '{0,other_id}')::uuid, p_context)
    end;
    perform lead_sync.check_now();
    return v_results;
  exception when others or assert_failure then
    get stacked diagnostics v_message = message_text, v_state = returned_sqlstate;
    if lead_sync.ends_the_call(v_state) then
      raise;
    end if;
  end;

  v_message := left(v_message, 500) || ' (' || v_state || ')';
  if v_count > 1 then
    v_results := '[]';
    for v_part in 0..3 loop
      v_first := v_count * v_part / 4;
      v_last := v_count * (v_part + 1) / 4 - 1;
      continue when v_first > v_last;
      v_results := v_results
        || lead_sync.write_or_split(p_step, jsonb_path_query_array(p_items, '$[$first to $last]', jsonb_build_object('first', v_first, 'last', v_last)), p_context);
    end loop;
    return v_results;
  elsif p_step in ('merge', 'take_in') then
    return jsonb_build_array(lead_sync.rejection((p_items #>> '{0,index}')::integer, p_items #> '{0,snapshot}', v_message));
  end if;
  v_results := lead_sync.refuse_lead(
    case when lead_sync.is_uuid(p_items #>> '{0,lead_id}') then (p_items #>> '{0,lead_id}')::uuid end,
    case p_step when 'settle' then (p_context ->> 'claim_token')::uuid end,
    'database',
    'this database refuses a write to the lead''s row: ' || v_message || '; correct the lead or the trigger, then replay it', p_context
  );
  return case p_step when 'settle' then jsonb_build_array(p_items -> 0 || v_results) else '[]' end;
end
$$;
