do $$
declare
  -- 244 bits of chance, from PostgreSQL's cryptographic source
  v_key bytea := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex') || decode(repeat('00', 32), 'hex');
  v_inner bytea := v_key;
  v_outer bytea := v_key;
begin
  for i in 0..63 loop
    v_inner := set_byte(v_inner, i, get_byte(v_key, i) # 54);
    v_outer := set_byte(v_outer, i, get_byte(v_key, i) # 92);
  end loop;
  insert into lead_sync.forgetting_key (inner_pad, outer_pad) values (v_inner, v_outer) on conflict do nothing;
end
$$;
