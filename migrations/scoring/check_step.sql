-- What is wrong with the arguments of a step; raises 22023.
create or replace function lead_sync.check_step(p_lead_ids uuid[], p_scope text, p_scopes text[], p_limit integer) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if p_lead_ids is null and (p_scope is null or not p_scope = any (p_scopes)) then
    raise exception 'p_scope must be %, got %', array_to_string(p_scopes, ' or '), p_scope using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 20000 then
    raise exception 'p_limit must be between 1 and 20,000, got %', p_limit using errcode = '22023';
  elsif cardinality(p_lead_ids) > 10000 then
    raise exception 'At most 10,000 leads a call, got %', cardinality(p_lead_ids) using errcode = '22023', hint = 'Send smaller batches.';
  end if;
end
$$;
