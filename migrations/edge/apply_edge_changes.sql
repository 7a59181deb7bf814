-- Stores a page of rows from D1. Those that cannot be stored are kept in lead_sync.edge_rejects with the reason, all others land.
--   p_request  {run, table, rows: [text]}: rows as the statement read.page yields them
-- Returns {applied, unchanged, rejected: [{key, reason}]}; rows of null (deleted in D1 since) are skipped.
create or replace function public.apply_edge_changes(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', 'up');
  v_given integer := jsonb_array_length(p_request -> 'rows');
  v_applied integer := 0;
  v_rejected jsonb := '[]';
  v_row text;
  v_key text;
  v_reason text;
begin
  perform lead_sync.hold_edge_run(p_request -> 'run');
  begin
    v_applied := lead_sync.write_edge_rows(v_state, (
      select coalesce(jsonb_agg(c.content), '[]')
      from (select e.value::jsonb as content from jsonb_array_elements_text(p_request -> 'rows') as e) as c
      where c.content ->> 0 is not null
    ));
    delete from lead_sync.edge_rejects as j
    where j.edge_table = v_state.edge_table and j.key in (select e.value::jsonb ->> 0 from jsonb_array_elements_text(p_request -> 'rows') as e);
  exception when others or assert_failure then
    -- set-based first; only a page with a bad row is stored row by row
    for v_row in select e.value from jsonb_array_elements_text(p_request -> 'rows') as e loop
      begin
        v_key := left(substring(v_row from '^\["([^"\\]+)"'), 512);
        v_applied := v_applied + case when v_row like '[null,%' then 0 else lead_sync.write_edge_rows(v_state, jsonb_build_array(v_row::jsonb)) end;
        delete from lead_sync.edge_rejects as j where j.edge_table = v_state.edge_table and j.key = v_key;
      exception when others or assert_failure then
        -- what no row did ends the call, and all of the page stays on D1's list: a table or a right that is missing
        if lead_sync.ends_the_call(sqlstate) or sqlstate ~ '^42' and (sqlstate <> '42501' or sqlerrm ~ '^permission denied for') then
          raise;
        end if;
        v_reason := lead_sync.edge_rejection(sqlstate, sqlerrm);
        v_rejected := v_rejected || jsonb_build_object('key', v_key, 'reason', v_reason);
        insert into lead_sync.edge_rejects as j (edge_table, key, reason, row_text) values (v_state.edge_table, v_key, v_reason, left(v_row, 10000))
        on conflict (edge_table, key) do update set reason = excluded.reason, row_text = excluded.row_text, at = now();
      end;
    end loop;
  end;
  perform lead_sync.hold_edge_run(
    (p_request -> 'run') - array['calls', 'rows_read', 'rows_written'],
    jsonb_build_object('read', v_given, 'rows', v_applied, 'refused', jsonb_array_length(v_rejected))
  );
  return jsonb_build_object('applied', v_applied, 'unchanged', v_given - v_applied - jsonb_array_length(v_rejected), 'rejected', v_rejected);
end
$$;
