-- Whether a snapshot shows somebody who was forgotten: by the Twenty id, the e-mail or an additional one.
create or replace function lead_sync.is_forgotten(p_snapshot jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from lead_sync.forgotten as f
    where f.hash in (
      select lead_sync.keyed_hash(k.text)
      from (
        select p_snapshot ->> 'twenty_id' as text
        union all select p_snapshot ->> 'email'
        union all
        select e from jsonb_array_elements_text(
          case when jsonb_typeof(p_snapshot -> 'additional_emails') = 'array' then p_snapshot -> 'additional_emails' else '[]' end
        ) as e
      ) as k
    )
  );
end
$$;
