-- Filled once, so that what a team changes or takes out stays that way.
-- Calling codes and area codes: the numbering plans as libphonenumber has them. Names: Unicode CLDR, with codes and short forms that people write.
do $$
begin
  if not exists (select from public.phone_prefixes) then
    insert into public.phone_prefixes (prefix, country)
    select p.prefix, split_part(e.entry, ' ', 1)
    from regexp_split_to_table('
      AC 247, AD 376, AE 971, AF 93, AG 1268, AI 1264, AL 355, AM 374, AO 244, AR 54, AS 1684, AT 43, AU 61, AW 297, AZ 994, BA 387, BB 1246, BD 880, BE 32,
      BF 226, BG 359, BH 973, BI 257, BJ 229, BM 1441, BN 673, BO 591, BR 55, BS 1242, BT 975, BW 267, BY 375, BZ 501,
      CA 1204 1226 1236 1249 1250 1257 1263 1273 1289 1306 1343 1354 1365 1367 1368 1382 1403 1416 1418 1428 1431 1437 1438 1450 1468 1474 1506 1514 1519 1548 1579 1581 1584 1587 1600 1604 1613 1622 1633 1639 1647 1672 1683 1705 1709 1742 1753 1778 1780 1782 1807 1819 1825 1867 1873 1879 1902 1905 1942,
      CD 243, CF 236, CG 242, CH 41, CI 225, CK 682, CL 56, CM 237, CN 86, CO 57, CR 506, CU 53, CV 238, CW 599, CY 357, CZ 420, DE 49, DJ 253, DK 45,
      DM 1767, DO 1809 1829 1849, DZ 213, EC 593, EE 372, EG 20, ER 291, ES 34, ET 251, FI 358, FJ 679, FK 500, FM 691, FO 298, FR 33, GA 241, GB 44,
      GD 1473, GE 995, GF 594, GH 233, GI 350, GL 299, GM 220, GN 224, GP 590, GQ 240, GR 30, GT 502, GU 1671, GW 245, GY 592, HK 852, HN 504, HR 385,
      HT 509, HU 36, ID 62, IE 353, IL 972, IN 91, IO 246, IQ 964, IR 98, IS 354, IT 39, JM 1658 1876, JO 962, JP 81, KE 254, KG 996, KH 855, KI 686, KM 269,
      KN 1869, KP 850, KR 82, KW 965, KY 1345, KZ 76 77, LA 856, LB 961, LC 1758, LI 423, LK 94, LR 231, LS 266, LT 370, LU 352, LV 371, LY 218, MA 212,
      MC 377, MD 373, ME 382, MG 261, MH 692, MK 389, ML 223, MM 95, MN 976, MO 853, MP 1670, MQ 596, MR 222, MS 1664, MT 356, MU 230, MV 960, MW 265, MX 52,
      MY 60, MZ 258, NA 264, NC 687, NE 227, NF 672, NG 234, NI 505, NL 31, NO 47, NP 977, NR 674, NU 683, NZ 64, OM 968, PA 507, PE 51, PF 689, PG 675,
      PH 63, PK 92, PL 48, PM 508, PR 1787 1939, PS 970, PT 351, PW 680, PY 595, QA 974, RE 262, RO 40, RS 381, RU 7, RW 250, SA 966, SB 677, SC 248, SD 249,
      SE 46, SG 65, SH 290, SI 386, SK 421, SL 232, SM 378, SN 221, SO 252, SR 597, SS 211, ST 239, SV 503, SX 1721, SY 963, SZ 268, TC 1649, TD 235, TG 228,
      TH 66, TJ 992, TK 690, TL 670, TM 993, TN 216, TO 676, TR 90, TT 1868, TV 688, TW 886, TZ 255, UA 380, UG 256, US 1, UY 598, UZ 998, VC 1784, VE 58,
      VG 1284, VI 1340, VN 84, VU 678, WF 681, WS 685, XK 383, YE 967, ZA 27, ZM 260, ZW 263
    ', '\s*,\s*') as c (raw)
    cross join lateral (select btrim(c.raw, e' \n') as entry) as e
    cross join lateral unnest((string_to_array(e.entry, ' '))[2:]) as p (prefix);
  end if;

  if not exists (select from public.country_names) then
    insert into public.country_names (name, country)
    select n.name, split_part(c.entry, '=', 1)
    from (
      select btrim(raw, e' \n') as entry from regexp_split_to_table('
      AD=andorra|and; AE=united arab emirates|uae|emirates|are; AF=afghanistan|afg; AG=antigua & barbuda|antigua and barbuda|atg; AI=anguilla;
      AL=albania|alb; AM=armenia|arm; AO=angola|ago; AQ=antarctica; AR=argentina|arg; AS=american samoa|asm; AT=austria|österreich|osterreich|aut;
      AU=australia|aus; AW=aruba|abw; AX=åland islands|aland islands; AZ=azerbaijan|aze; BA=bosnia & herzegovina|bosnia and herzegovina|bih; BB=barbados|brb;
      BD=bangladesh|bgd; BE=belgium|belgique|belgië|belgie|bel; BF=burkina faso|bfa; BG=bulgaria|bgr; BH=bahrain|bhr; BI=burundi|bdi; BJ=benin|ben;
      BL=st. barthélemy|st. barthelemy|saint barthelemy; BM=bermuda|bmu; BN=brunei|brunei darussalam|brn; BO=bolivia|plurinational state of bolivia|bol;
      BQ=caribbean netherlands; BR=brazil|brasil|bra; BS=bahamas|the bahamas|bhs; BT=bhutan|btn; BV=bouvet island; BW=botswana|bwa; BY=belarus|blr;
      BZ=belize|blz; CA=canada|can; CC=cocos (keeling) islands; CD=congo - kinshasa|democratic republic of the congo|drc|congo (drc)|cod;
      CF=central african republic|caf; CG=congo - brazzaville|republic of the congo|congo|cog; CH=switzerland|schweiz|suisse|svizzera|che;
      CI=côte d’ivoire|cote d''ivoire|ivory coast|civ; CK=cook islands; CL=chile|chl; CM=cameroon|cmr; CN=china|people''s republic of china|prc|chn;
      CO=colombia|col; CR=costa rica|cri; CU=cuba|cub; CV=cape verde|cpv; CW=curaçao|curacao|cuw; CX=christmas island; CY=cyprus|cyp;
      CZ=czechia|czech republic|cze; DE=germany|deutschland|deu; DJ=djibouti|dji; DK=denmark|danmark|dnk; DM=dominica|dma; DO=dominican republic|dom;
      DZ=algeria|dza; EC=ecuador|ecu; EE=estonia|est; EG=egypt|egy; EH=western sahara; ER=eritrea|eri; ES=spain|españa|espana|esp; ET=ethiopia|eth;
      FI=finland|suomi|fin; FJ=fiji|fji; FK=falkland islands; FM=micronesia|fsm; FO=faroe islands|fro;
      FR=france|république française|republique francaise|fra; GA=gabon|gab;
      GB=united kingdom|uk|u.k|great britain|britain|england|scotland|wales|northern ireland|gbr; GD=grenada|grd; GE=georgia|geo; GF=french guiana;
      GG=guernsey; GH=ghana|gha; GI=gibraltar|gib; GL=greenland|grl; GM=gambia|the gambia|gmb; GN=guinea|gin; GP=guadeloupe; GQ=equatorial guinea|gnq;
      GR=greece|grc; GS=south georgia & south sandwich islands|south georgia and south sandwich islands; GT=guatemala|gtm; GU=guam|gum; GW=guinea-bissau|gnb;
      GY=guyana|guy; HK=hong kong sar china|hong kong|hkg; HM=heard & mcdonald islands|heard and mcdonald islands; HN=honduras|hnd; HR=croatia|hrv;
      HT=haiti|hti; HU=hungary|hun; ID=indonesia|idn; IE=ireland|irl; IL=israel|isr; IM=isle of man|imn; IN=india|bharat|ind;
      IO=british indian ocean territory; IQ=iraq|irq; IR=iran|islamic republic of iran|irn; IS=iceland|isl; IT=italy|italia|ita; JE=jersey; JM=jamaica|jam;
      JO=jordan|jor; JP=japan|nippon|jpn; KE=kenya|ken; KG=kyrgyzstan|kyrgyz republic|kgz; KH=cambodia|khm; KI=kiribati|kir; KM=comoros|com;
      KN=st. kitts & nevis|st. kitts and nevis|saint kitts and nevis|kna; KP=north korea|democratic people''s republic of korea|prk;
      KR=south korea|republic of korea|korea|kor; KW=kuwait|kwt; KY=cayman islands|cym; KZ=kazakhstan|kaz; LA=laos|lao pdr|lao; LB=lebanon|lbn;
      LC=st. lucia|saint lucia|lca; LI=liechtenstein|lie; LK=sri lanka|lka; LR=liberia|lbr; LS=lesotho|lso; LT=lithuania|ltu; LU=luxembourg|lux;
      LV=latvia|lva; LY=libya|lby; MA=morocco|mar; MC=monaco|mco; MD=moldova|republic of moldova|mda; ME=montenegro|mne; MF=st. martin|saint martin|maf;
      MG=madagascar|mdg; MH=marshall islands|mhl; MK=north macedonia|macedonia|mkd; ML=mali|mli; MM=myanmar (burma)|myanmar|burma|mmr; MN=mongolia|mng;
      MO=macao sar china|macau|macao|mac; MP=northern mariana islands|mnp; MQ=martinique; MR=mauritania|mrt; MS=montserrat; MT=malta|mlt; MU=mauritius|mus;
      MV=maldives|mdv; MW=malawi|mwi; MX=mexico|méxico|mex; MY=malaysia|mys; MZ=mozambique|moz; NA=namibia|nam; NC=new caledonia|ncl; NE=niger|ner;
      NF=norfolk island; NG=nigeria|nga; NI=nicaragua|nic; NL=netherlands|holland|the netherlands|nederland|nld; NO=norway|norge|nor; NP=nepal|npl;
      NR=nauru|nru; NU=niue; NZ=new zealand|nzl; OM=oman|omn; PA=panama|pan; PE=peru|perú|per; PF=french polynesia|pyf; PG=papua new guinea|png;
      PH=philippines|phl; PK=pakistan|pak; PL=poland|polska|pol; PM=st. pierre & miquelon|st. pierre and miquelon|saint pierre and miquelon;
      PN=pitcairn islands; PR=puerto rico|pri; PS=palestinian territories|palestine|pse; PT=portugal|prt; PW=palau|plw; PY=paraguay|pry; QA=qatar|qat;
      RE=réunion|reunion; RO=romania|rou; RS=serbia|srb; RU=russia|russian federation|rus; RW=rwanda|rwa; SA=saudi arabia|sau; SB=solomon islands|slb;
      SC=seychelles|syc; SD=sudan|sdn; SE=sweden|sverige|swe; SG=singapore|republic of singapore|sgp; SH=st. helena|saint helena; SI=slovenia|svn;
      SJ=svalbard & jan mayen|svalbard and jan mayen; SK=slovakia|slovak republic|svk; SL=sierra leone|sle; SM=san marino|smr; SN=senegal|sen;
      SO=somalia|som; SR=suriname|sur; SS=south sudan|ssd; ST=são tomé & príncipe|sao tome & principe|são tomé and príncipe|sao tome and principe|stp;
      SV=el salvador|slv; SX=sint maarten|sxm; SY=syria|syrian arab republic|syr; SZ=eswatini|swaziland|swz;
      TC=turks & caicos islands|turks and caicos islands|tca; TD=chad|tcd; TF=french southern territories; TG=togo|tgo; TH=thailand|tha; TJ=tajikistan|tjk;
      TK=tokelau; TL=timor-leste|east timor|tls; TM=turkmenistan|tkm; TN=tunisia|tun; TO=tonga|ton; TR=türkiye|turkiye|turkey|tur;
      TT=trinidad & tobago|trinidad and tobago|tto; TV=tuvalu|tuv; TW=taiwan|republic of china|twn; TZ=tanzania|united republic of tanzania|tza;
      UA=ukraine|ukr; UG=uganda|uga; UM=u.s. outlying islands; US=united states|usa|u.s.a|u.s|united states of america|america|the united states;
      UY=uruguay|ury; UZ=uzbekistan|uzb; VA=vatican city|holy see; VC=st. vincent & grenadines|st. vincent and grenadines|saint vincent and grenadines|vct;
      VE=venezuela|bolivarian republic of venezuela|ven; VG=british virgin islands|vgb; VI=u.s. virgin islands|vir; VN=vietnam|viet nam|vnm; VU=vanuatu|vut;
      WF=wallis & futuna|wallis and futuna; WS=samoa|wsm; XK=kosovo|xkx; YE=yemen|yem; YT=mayotte; ZA=south africa|zaf; ZM=zambia|zmb; ZW=zimbabwe|zwe
      ', ';') as r (raw)
    ) as c
    cross join lateral (
      select unnest(string_to_array(split_part(c.entry, '=', 2), '|')) union select lower(split_part(c.entry, '=', 1))
    ) as n (name);
    -- the short names of ISO 3166 that forms offer, where they are written otherwise
    insert into public.country_names (country, name) values
      ('BO', 'bolivia (plurinational state of)'), ('BO', 'bolivia, plurinational state of'), ('BQ', 'bonaire, sint eustatius and saba'),
      ('CD', 'congo, democratic republic of the'), ('CD', 'congo, the democratic republic of the'), ('CD', 'congo (democratic republic of the)'),
      ('CV', 'cabo verde'), ('CZ', 'czechia'), ('FK', 'falkland islands (malvinas)'), ('FM', 'micronesia (federated states of)'),
      ('FM', 'micronesia, federated states of'), ('GB', 'united kingdom of great britain and northern ireland'), ('IR', 'iran (islamic republic of)'),
      ('IR', 'iran, islamic republic of'), ('KP', 'korea (democratic people''s republic of)'), ('KP', 'korea, democratic people''s republic of'),
      ('KR', 'korea, republic of'), ('KR', 'korea (republic of)'), ('KR', 'republic of korea'), ('LA', 'lao people''s democratic republic'),
      ('MD', 'moldova, republic of'), ('MD', 'moldova (republic of)'), ('MD', 'republic of moldova'), ('MF', 'saint martin (french part)'),
      ('NL', 'netherlands (kingdom of the)'), ('NL', 'netherlands, kingdom of the'), ('PS', 'palestine, state of'), ('PS', 'state of palestine'),
      ('RU', 'russian federation'), ('SH', 'saint helena, ascension and tristan da cunha'), ('SX', 'sint maarten (dutch part)'), ('SY', 'syrian arab republic'),
      ('SZ', 'eswatini'), ('TR', 'türkiye'), ('TW', 'taiwan (province of china)'), ('TW', 'taiwan, province of china'),
      ('TZ', 'tanzania, united republic of'), ('TZ', 'united republic of tanzania'), ('US', 'united states of america'), ('VA', 'holy see'),
      ('VE', 'venezuela (bolivarian republic of)'), ('VE', 'venezuela, bolivarian republic of'), ('VG', 'virgin islands (british)'),
      ('VG', 'virgin islands, british'), ('VI', 'virgin islands (u.s.)'), ('VI', 'virgin islands, u.s'), ('VN', 'viet nam')
    on conflict do nothing;
  end if;

  if not exists (select from public.company_size_bands) then
    insert into public.company_size_bands (scheme, from_employees, band) values
      -- the ranges of LinkedIn's company pages
      ('linkedin', 1, '1'), ('linkedin', 2, '2-10'), ('linkedin', 11, '11-50'), ('linkedin', 51, '51-200'), ('linkedin', 201, '201-500'),
      ('linkedin', 501, '501-1000'), ('linkedin', 1001, '1001-5000'), ('linkedin', 5001, '5001-10000'), ('linkedin', 10001, '10001+'),
      -- staff headcount of Commission Recommendation 2003/361/EC; turnover and balance sheet, which count there too, are not known here
      ('eu', 0, 'micro'), ('eu', 10, 'small'), ('eu', 50, 'medium'), ('eu', 250, 'large');
  end if;

  if not exists (select from public.free_email_domains) then
    insert into public.free_email_domains (domain)
    select unnest(regexp_split_to_array(btrim('
      gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it yahoo.in yahoo.co.in yahoo.co.jp yahoo.com.br yahoo.ca
      ymail.com rocketmail.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.es hotmail.it outlook.com outlook.fr outlook.de outlook.es
      live.com live.co.uk live.fr msn.com icloud.com me.com mac.com aol.com aim.com proton.me protonmail.com pm.me gmx.com gmx.de gmx.net gmx.at
      gmx.ch web.de t-online.de freenet.de mail.com email.com mail.ru inbox.ru list.ru bk.ru yandex.ru yandex.com ya.ru rambler.ru qq.com 163.com
      126.com sina.com foxmail.com naver.com daum.net hanmail.net orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it
      alice.it tin.it uol.com.br bol.com.br terra.com.br rediffmail.com zoho.com zohomail.com fastmail.com hey.com tutanota.com tuta.io tuta.com
      hushmail.com inbox.com btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net comcast.net verizon.net att.net sbcglobal.net
      bellsouth.net cox.net charter.net earthlink.net optonline.net shaw.ca rogers.com sympatico.ca telus.net bigpond.com optusnet.com.au
      xtra.co.nz wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz abv.bg ukr.net i.ua telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl
      bluewin.ch sapo.pt mynet.com
    ', e' \n'), '\s+'));
  end if;

  -- The World Bank's income groups of the fiscal year 2020 (July 2019 to June 2020, by GNI per capita of 2018), as its API stated them on 13 April 2020.
  if not exists (select from public.geo_income_tiers) then
    insert into public.geo_income_tiers (country, tier, source, year)
    select c.country, g.tier, 'World Bank country and lending groups, fiscal year 2020', 2020
    from (values
      ('high', 'AD AE AG AT AU AW BB BE BH BM BN BS CA CH CL CW CY CZ DE DK EE ES FI FO FR GB GI GL GR GU HK HR HU IE IL IM IS IT JP KN KR KW KY LI LT LU LV MC MF MO MP MT NC NL NO NZ OM PA PF PL PR PT PW QA SA SC SE SG SI SK SM SX TC TT TW US UY VG VI'),
      ('upper_middle', 'AL AM AR AS AZ BA BG BR BW BY BZ CN CO CR CU DM DO DZ EC FJ GA GD GE GQ GT GY IQ IR JM JO KZ LB LC LK LY ME MH MK MU MV MX MY NA NR PE PY RO RS RU SR TH TM TO TR TV VC VE WS XK ZA'),
      ('lower_middle', 'AO BD BO BT CG CI CM CV DJ EG FM GH HN ID IN KE KG KH KI KM LA LS MA MD MM MN MR NG NI PG PH PK PS SB SD SN ST SV SZ TL TN UA UZ VN VU ZM'),
      ('low', 'AF BF BI BJ CD CF ER ET GM GN GW HT KP LR MG ML MW MZ NE NP RW SL SO SS SY TD TG TJ TZ UG YE')
    ) as g (tier, countries)
    cross join lateral unnest(string_to_array(g.countries, ' ')) as c (country);
  end if;
end
$$;

-- Once: a team that deletes rules does not get them back with the next migration.
