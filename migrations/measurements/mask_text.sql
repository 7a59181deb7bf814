-- A text without secrets and without what tells a person, at most p_longest characters: keys, tokens and passwords go, e-mails keep their
-- first letter and domain, phone numbers their last two digits. Cut before it is masked, so that its time depends on what is shown alone.
-- The patterns are those of nodes/masking/patterns.ts, in their order; a test compares the two.
create or replace function lead_sync.mask_text(p_text text, p_longest integer) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_text text := left(p_text, 4 * p_longest);
begin
  v_text := regexp_replace(v_text, $re$(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[^-]*$re$, '\1•••', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?$re$, '•••', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9])(sb_(?:secret|publishable)_|sbp_|gh[opsur]_|github_pat_|glpat-|xox[a-z]-|xapp-|[rs]k_(?:live|test)_|whsec_|shpat_|dop_v1_|n8n_api_)[A-Za-z0-9_-]{4,}$re$, '\1•••', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9])(sk-|A[KS]IA|AIza|ya29\.|hf_|SG\.|npm_(?=[A-Za-z0-9]{36}))[A-Za-z0-9_.-]{16,}$re$, '\1•••', 'g');
  v_text := regexp_replace(v_text, $re$(?<![0-9])[0-9]{6,12}:[A-Za-z0-9_-]{30,}$re$, '•••', 'g');
  v_text := regexp_replace(v_text, $re$(hooks\.slack(?:-gov)?\.com/|\.webhook\.office\.com/|outlook\.office(?:365)?\.com/webhook/|discord(?:app)?\.com/api(?:/v[0-9]{1,2})?/webhooks/|chat\.googleapis\.com/v1/spaces/|hooks\.zapier\.com/hooks/|hook\.[a-z0-9.]{0,20}make\.com/|/hooks/(?=[A-Za-z0-9]{15}))[^\s"'<>]{6,}$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z])((?:bearer|basic)(?:\s{0,2}[:=]\s{0,2}|(?:\s|%20){1,3}))(?!(?:auth|authentication|authorization|tokens?|scheme|realm)(?![A-Za-z0-9._~+/=-]))[A-Za-z0-9._~+/=-]{8,}$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$(authorization[\\"']{0,3}\s{0,3}[=:]\s{0,3}[\\"']{0,3})(?!(?:bearer|basic)\s)[^\s"',;]{4,}(?: [^\s"',;]{8,})?$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$((?:(?:api|access|secret|service|private)[_-]?key|token|secret|password|passwd|pwd|passphrase|signature)[\\"']{0,3}\s{0,3}[=:]\s{0,3}[\\"']{0,3})[^\s"'&,;)}\]\\]{4,}$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$([?&](?:key|sig|auth|code)=)[^\s"'&#]{4,}$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$(://[^\s/:@"<>]{0,100}:)(?![0-9]{1,5}(?:[/?#]|\s|$))[^\s"<>]{1,255}@$re$, '\1•••@', 'g');
  v_text := regexp_replace(v_text, $re$(?<![^\s@<>()\[\]",;:•])([^\s@<>()\[\]",;:•])[^\s@<>()\[\]",;:•]*@([^\s@<>()\[\]"',;:•…\\/?#&=.]+(?:\.[^\s@<>()\[\]"',;:•…\\/?#&=.]+)+)$re$, '\1•••@\2', 'g');
  v_text := regexp_replace(v_text, $re$\+[0-9][0-9 ()./-]{3,}([0-9])[ ()./-]{0,2}([0-9])$re$, '•••\1\2', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9_.:-])\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{2}([0-9])([0-9])(?![A-Za-z0-9_:-])$re$, '•••\1\2', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9_.:-])\(?0[0-9]{1,4}\)?[0-9 ./-]{4,18}([0-9])[ ./-]{0,2}([0-9])(?![A-Za-z0-9_:-])$re$, '•••\1\2', 'g');
  -- what was cut in two is no longer known for what it is
  if length(p_text) > 4 * p_longest then
    v_text := regexp_replace(v_text, '\S{1,255}$', '…');
  end if;
  return case when length(v_text) <= p_longest then v_text else left(v_text, p_longest - 1) || '…' end;
end
$$;

-- The same in at most 200 characters, as lists and examples show it.
create or replace function lead_sync.mask_text(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select lead_sync.mask_text(p_text, 200)
$$;
