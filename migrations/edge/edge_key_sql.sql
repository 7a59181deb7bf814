-- A text as a key of the source, as an SQL expression; null where it is none: somebody may have written to D1 what no key looks like.
create or replace function lead_sync.edge_key_sql(p_state lead_sync.edge_states, p_text text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case
    when p_state.key_type = 'uuid' then format('case when %1$s ~ ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'' then %1$s::uuid end', p_text)
    when p_state.key_type in ('smallint', 'integer', 'bigint') then format(
      'case when %1$s ~ ''^-?[0-9]{1,19}$'' then case when %1$s::numeric between -9223372036854775808 and 9223372036854775807 then %1$s::bigint end end', p_text
    )
    else format('%s::%s', p_text, p_state.key_type)
  end;
end
$$;
