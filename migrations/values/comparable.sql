-- A value in a form in which two spellings of one thing are equal; used only to see that both sides mean the same.
-- Phones: the last nine digits, extension dropped, because a local spelling lacks the country code (E.164 has at most 15 digits, national numbers mostly 9 or 10);
-- is_same compares more where it can. Domains, and those of e-mails, in letters of the name service: Twenty stores them so from 2.41 on.
-- Times as instants, money by its number and currency, options letter by letter.
-- A value of which that leaves nothing, such as a phone "call me", stands for itself: only a blank is equal to a blank.
create or replace function lead_sync.comparable(p_kind text, p_value jsonb) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case
    when p_value is null or p_value = 'null' then ''
    -- what people type where they have no address or number
    when p_kind in ('email', 'phone', 'link', 'domain') and (p_value #>> '{}') ~* '^\s*(n/?a|n\.a\.|none|null|nil|unknown|[-–—.?_]+)\s*$' then ''
    else coalesce(
      nullif(
        case
          when p_kind = 'text' then null
          when p_kind = 'email' then case
            when (p_value #>> '{}') ~ '^[\x21-\x7e]+$' then lower(p_value #>> '{}')
            else regexp_replace(lead_sync.email_key(p_value #>> '{}'), '[^@]*$', '') || lead_sync.ascii_host(substring(lead_sync.email_key(p_value #>> '{}') from '[^@]*$'))
          end
          when p_kind = 'phone' then right(regexp_replace(regexp_replace(lower(p_value #>> '{}'), '(x|ext|;).*$', ''), '[^0-9]', '', 'g'), 9)
          when p_kind = 'domain' then lead_sync.bare_domain(p_value #>> '{}')
          when p_kind = 'link' then rtrim(regexp_replace(lower(lead_sync.normal_text(p_value #>> '{}')), '^([a-z]+://)?(www\.)?', ''), '/')
          when p_kind = 'number' and (p_value #>> '{}') ~ '^-?[0-9]+(\.[0-9]+)?$' then trim_scale((p_value #>> '{}')::numeric)::text
          when p_kind = 'time' then case
            when (p_value #>> '{}') !~* '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([t ](([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?|24:00(:00(\.0{1,9})?)?)(z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?)?$' then null
            -- a day that its month has
            when substr(p_value #>> '{}', 9, 2)::integer <= extract(day from (left(p_value #>> '{}', 8) || '01')::date + interval '1 month - 1 day')
              then extract(epoch from (p_value #>> '{}')::timestamptz)::text
          end
          when p_kind = 'money' and (p_value ->> 'amount') ~* '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?$' then trim_scale((p_value ->> 'amount')::numeric)::text || ' ' || coalesce(upper(p_value ->> 'currency'), '')
          when p_kind = 'option' then p_value #>> '{}'
          when p_kind = 'reference' then lower(p_value #>> '{}')
          when p_kind like '% list' then lead_sync.comparable_list(split_part(p_kind, ' ', 1), p_value)
        end,
        ''
      ),
      lead_sync.normal_text(p_value #>> '{}')
    )
  end;
end
$$;
