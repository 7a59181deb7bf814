-- The blocks that a lead is in: one of each mailbox and number; one of each of the first four words of its name with the beginning of its company, so that a misspelt word
-- leaves the others; and two of the whole name with how its company begins and ends, so that a company misspelt at one place leaves the other. A company's beginning is that
-- of its name and of its domain, mostly one.
create or replace function lead_sync.mark_keys(p_mark lead_sync.duplicate_marks) returns bigint[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_keys bigint[] := '{}';
  v_company text := left(replace(p_mark.company, ' ', ''), 8);
  v_domain text := left(p_mark.domain, length(coalesce(v_company, left(p_mark.domain, 8))));
  v_text text;
begin
  foreach v_text in array p_mark.mailboxes loop
    v_keys := v_keys || hashtextextended('e' || v_text, 0);
  end loop;
  foreach v_text in array p_mark.phones loop
    v_keys := v_keys || hashtextextended('p' || v_text, 0);
  end loop;
  if p_mark.name is not null then
    v_text := 'x' || p_mark.name || ' ';
    v_keys := v_keys || hashtextextended(v_text || left(v_company, 3), 0) || hashtextextended('y' || p_mark.name || ' ' || right(p_mark.company, 3), 0);
    if left(v_company, 3) is distinct from left(v_domain, 3) then
      v_keys := v_keys || hashtextextended(v_text || left(v_domain, 3), 0);
    end if;
    if v_company = v_domain then
      v_domain := null;
    end if;
    foreach v_text in array (string_to_array(p_mark.name, ' '))[:4] loop
      v_text := 'n' || left(v_text, 3) || ' ';
      v_keys := v_keys || hashtextextended(v_text || v_company, 0) || hashtextextended(v_text || v_domain, 0);
    end loop;
  end if;
  return array_remove(v_keys, null);
end
$$;
