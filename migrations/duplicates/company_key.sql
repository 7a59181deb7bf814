-- A company's name to compare with others, without its legal form at the end. Null for a blank.
create or replace function lead_sync.company_key(p_name text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return regexp_replace(
    lead_sync.name_key(p_name),
    '(?<=.)( (inc|incorporated|llc|llp|ltd|limited|plc|corp|corporation|co|company|gmbh|ag|kg|ug|se|sa|sas|sarl|srl|spa|sl|bv|nv|ab|as|oy|aps|pty|pvt|private))+$', ''
  );
end
$$;
