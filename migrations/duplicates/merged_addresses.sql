-- The addresses of the lead that stays, of both: {email, additional_emails, phone, additional_phones}. Its own first ones stay first; each comes once, whatever its spelling.
-- p_before: {email, phone}, its own that gave way to a chosen one.
create or replace function lead_sync.merged_addresses(p_keep public.leads, p_drop public.leads, p_before jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_object_agg(k.first, to_jsonb(k.texts[1])) || jsonb_object_agg(k.others, to_jsonb(k.texts[2:]))
    from (
      select a.first, a.others, array(
        select g.text
        from unnest(a.texts) with ordinality as g (text, place)
        where lead_sync.clean(g.text) is not null and not exists (
          select from unnest(a.texts) with ordinality as o (text, place)
          where o.place < g.place and lead_sync.same_value(a.first, to_jsonb(o.text), to_jsonb(g.text))
        )
        order by g.place
      ) as texts
      from (
        values
          ('email', 'additional_emails', p_keep.email || p_keep.additional_emails || (p_before ->> 'email') || p_drop.email || p_drop.additional_emails),
          ('phone', 'additional_phones', p_keep.phone || p_keep.additional_phones || (p_before ->> 'phone') || p_drop.phone || p_drop.additional_phones)
      ) as a (first, others, texts)
    ) as k
  );
end
$$;
