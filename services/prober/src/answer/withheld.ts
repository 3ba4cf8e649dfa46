import type { Head } from "../fetch/fetch.ts";
import * as gates from "./gates.ts";
import { kindOf } from "./kind.ts";
import { readPage } from "./page.ts";
import { flat, textOf } from "./text.ts";
import { wordsOf } from "./words.ts";

/** More than these make it another page than one that merely turns away. */
const MOST_WORDS = 300;

/**
 * Whether what stands in place of a picture says that it is not shown now, or not to us: turned away by a firewall, too
 * many requests, maintenance, a gateway that fails, scripts or consent asked for, a block by an authority. Hosts answer
 * so for whatever is asked of them but their front page, as they answer "not found"; so one that says that something is
 * gone is none.
 */
export function isWithheld(head: Head, bytes: Uint8Array): boolean {
  const kind = kindOf(head, bytes);
  if (kind === "other") return false;
  const text = textOf(head, bytes);
  const {
    title,
    text: shown,
    main,
    unscripted,
  } = kind === "page" ? readPage(text) : { title: "", text, main: text, unscripted: "" };
  if (wordsOf(shown).length > MOST_WORDS || gates.GONE.test(`${flat(title)} ${flat(main)}`)) return false;
  return WITHHELD.test(flat(`${title}\n${shown}\n${unscripted}`));
}

/** In small letters. */
const WITHHELD = new RegExp(
  [
    // Turned away.
    "(?:you|your (?:ip|ip address|network|request|connection|access|device|browser)) (?:have been|has been|are|is|was|were) (?:\\p{L}+ )?(?:blocked|banned|denied|refused|rejected|restricted|blacklisted|throttled|limited)",
    "access (?:is |was |has been )?(?:denied|blocked|forbidden|restricted|refused)|(?:request|page|site|website) (?:is |was |has been )?(?:blocked|denied|rejected)|request unsuccessful|(?<!\\p{L})forbidden(?!\\p{L})",
    "(?:blocked|unavailable|restricted) (?:by|under|due to|pursuant|for legal)|court order|by order of|hot-?link|direct (?:links?|linking|access) (?:is|are) ",
    // Too much.
    "too many (?:requests|connections|attempts|downloads|users|visitors)|rate[ _-]?limit|slow down|(?:quota|bandwidth|traffic|transfer|download|usage|limit)(?: limit)?(?: has been| was| is)? (?:exceeded|reached|used up)",
    // Later.
    "(?:try|check|come) (?:\\p{L}+ )?(?:again|back|later)|be (?:right )?back|maintenance|under construction|temporarily|in a few (?:seconds|moments|minutes|hours)|(?:please|just) wait|hold on|one moment|estimated wait|waiting room|(?:in|in the|in a) (?:line|queue)(?!\\p{L})",
    // Out of order.
    "(?:service|server|servers|site|website|storage) (?:is |are )?(?:\\p{L}+ )?(?:unavailable|offline|down|overloaded|busy)|database (?:connection|error)|(?:server|proxy|gateway|dns|unexpected|internal|connection|network) (?:error|failed|failure|refused|reset|timed? ?-?out)|something went wrong|unable to (?:connect|resolve|service|process|handle|load)|bad gateway",
    // Only to who runs scripts, or agrees.
    "(?:enable|requires?|needs?|activate|without|turn on)(?: \\p{L}+)? (?:javascript|cookies)|javascript (?:is )?(?:required|disabled|off)|(?<!\\p{L})loading(?!\\p{L})",
    "before you (?:continue|proceed|enter)|(?:accept|agree|manage|reject|allow)(?: \\p{L}+){0,3} (?:cookies|choices|options|terms|conditions|preferences|consent)|(?:accept|allow|reject) all|value your privacy|(?:wish|want|like) to (?:proceed|continue)|content warning",
    // The same elsewhere.
    "zugriff (?:\\p{L}+ )?(?:verweigert|gesperrt)|gesperrt|wartung|zu viele anfragen|später (?:noch ?mal|erneut|wieder)|vorübergehend|nicht erreichbar|accès (?:\\p{L}+ )?(?:refusé|bloqué|interdit)|bloqué|trop de requêtes|réessaye[rz]|momentanément",
    "acceso (?:\\p{L}+ )?(?:denegado|bloqueado|prohibido)|bloquead[oa]|mantenimiento|demasiadas (?:solicitudes|peticiones)|más tarde|temporalmente|acesso (?:\\p{L}+ )?(?:negado|bloqueado)|manutenção|muitas (?:requisições|solicitações)|mais tarde",
    "accesso (?:\\p{L}+ )?(?:negato|bloccato)|bloccato|manutenzione|troppe richieste|più tardi|geblokkeerd|onderhoud|te veel verzoeken|later opnieuw|dostęp (?:\\p{L}+ )?(?:zabroniony|zablokowany)|zablokowan|przerwa techniczna",
    "доступ (?:\\p{L}+ ){0,3}(?:запрещ|ограничен|заблокирован|закрыт)|заблокирован|технические работы|слишком много запросов|попробуйте (?:позже|ещё|еще)|erişim(?:e)? (?:\\p{L}+ )?engel|engellen|bakım|daha sonra",
    "(?:di|ter)?sekat|diblokir|dihalang|internet positif|selenggara|pemeliharaan|perawatan|cuba (?:lagi|semula)|coba lagi|terlalu banyak|bị chặn|bảo trì|thử lại",
    "メンテナンス|しばらく|アクセスが(?:拒否|制限|集中)|ブロックされ|维护|維護|稍后|稍後|访问(?:被拒绝|受限|过于频繁|被阻断)|已被(?:屏蔽|封锁|拦截)|점검|차단|잠시 후|محجوب|حظر|ถูกระงับ|ปิดปรับปรุง",
  ].join("|"),
  "u",
);
