-- Filled once, so that what a team changes or takes out stays that way.
insert into public.shared_hosts (host, kind)
select unnest(regexp_split_to_array(btrim(k.hosts, e' \n'), '\s+')), k.kind
from (values
  ('social', '
    facebook.com fb.com fb.me m.me messenger.com instagram.com threads.net threads.com linkedin.com lnkd.in xing.com x.com twitter.com t.co tiktok.com
    youtube.com youtu.be pinterest.com snapchat.com reddit.com tumblr.com vk.com ok.ru weibo.com wechat.com whatsapp.com wa.me telegram.me telegram.org
    t.me discord.com discord.gg line.me kakao.com medium.com substack.com quora.com twitch.tv vimeo.com dailymotion.com flickr.com
    behance.net dribbble.com github.com gitlab.com producthunt.com crunchbase.com angel.co wellfound.com meetup.com
    eventbrite.com patreon.com soundcloud.com spotify.com bsky.app mastodon.social nextdoor.com clubhouse.com wikipedia.org
  '),
  ('site_builder', '
    wix.com wixsite.com editorx.io squarespace.com weebly.com wordpress.com blogspot.com blogger.com webflow.com webflow.io jimdo.com jimdosite.com
    jimdofree.com ionos.space godaddysites.com sites.google.com business.site webnode.com strikingly.com carrd.co notion.site notion.so
    framer.website framer.app github.io gitlab.io netlify.app vercel.app pages.dev herokuapp.com azurewebsites.net web.app firebaseapp.com myshopify.com
    bigcartel.com tilda.ws ghost.io hubspotpagebuilder.com unbounce.com leadpages.co typeform.com jotform.com tally.so docs.google.com forms.gle
    canva.site about.me glitch.me neocities.org tripod.com
  '),
  ('short_link', '
    bit.ly tinyurl.com goo.gl ow.ly buff.ly is.gd cutt.ly rebrand.ly t.ly rb.gy shorturl.at tiny.cc s.id linktr.ee linkin.bio lnk.bio beacons.ai bio.link
    campsite.bio msha.ke g.page g.co maps.app.goo.gl maps.google.com
  '),
  ('marketplace', '
    amazon.com amazon.co.uk amazon.de amazon.fr amazon.it amazon.es amazon.ca amazon.in amazon.co.jp amazon.com.br amazon.com.mx amazon.nl amazon.ae
    ebay.com ebay.co.uk ebay.de ebay.fr etsy.com alibaba.com aliexpress.com 1688.com made-in-china.com indiamart.com globalsources.com walmart.com
    rakuten.co.jp mercadolibre.com mercadolivre.com.br allegro.pl bol.com otto.de kaufland.de zalando.de shopee.com lazada.com flipkart.com jumia.com
    upwork.com fiverr.com freelancer.com malt.fr yelp.com tripadvisor.com trustpilot.com g2.com capterra.com booking.com airbnb.com ubereats.com
    deliveroo.com doordash.com justdial.com yellowpages.com thumbtack.com houzz.com play.google.com apps.apple.com
  ')
) as k (kind, hosts)
where not exists (select from public.shared_hosts);
