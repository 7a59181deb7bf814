-- How many employees a text states: "250", "1.5K", "1,200 employees", "10,001+"; of a range, "51-200", its middle. Null when it has no number.
create or replace function lead_sync.employees(p_size text) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_plain text := regexp_replace(lower(p_size), '(\d)[,.''\s\u00a0](?=\d{3}(\D|$))', '\1', 'g');
  v_found text[] := regexp_match(v_plain, '(?<!\d)(\d{1,8}(?:[.,]\d{1,2}(?=\s?k))?)(?!\d)\s?(k?)(?:\s*(?:-|–|—|to)\s*(\d{1,8}(?:[.,]\d{1,2}(?=\s?k))?)(?!\d)\s?(k?))?');
  v_from integer := replace(v_found[1], ',', '.')::numeric * case v_found[2] when 'k' then 1000 else 1 end;
  v_to integer := replace(v_found[3], ',', '.')::numeric * case v_found[4] when 'k' then 1000 else 1 end;
begin
  return case when v_to > v_from then v_from + (v_to - v_from) / 2 else v_from end;
exception when numeric_value_out_of_range then
  return null;
end
$$;
