/**
 * What pages say that let nobody in who has not signed in, is not of age, or is somewhere else, and pages that say that
 * something is gone; by what they say in several languages, in small letters. Written by hand after pages as they are.
 */
const any = (...patterns: readonly string[]): RegExp => new RegExp(patterns.join("|"), "u");
/** A whole word; `\b` knows only those of ASCII. */
const word = (words: string): string => `(?<!\\p{L})(?:${words})(?!\\p{L})`;

/** Against what markup merely hints, the word that something is gone is believed. */
export const GONE = any(
  word("not found|no such|removed|deleted|taken down|no longer (?:available|here|online|exists?|active)"),
  word("(?:file|image|link|page|picture|photo|video|album|content) (?:has |is )?(?:expired|missing)"),
  word("(?:does not|do not|doesn't|don't) exist|(?:can't|cannot|can not|couldn't|could not) (?:be )?f(?:i|ou)nd"),
  word(
    "nothing (?:was |is )?(?:here|found)|nicht gefunden|gelöscht|entfernt|existiert nicht|nicht (?:mehr )?vorhanden",
  ),
  word("nicht mehr verfügbar|introuvable|supprimée?s?|retirée?s?|n'existe (?:pas|plus)|n'est plus disponible"),
  "no (?:se )?(?:ha )?(?:encontr|existe)|eliminad|borrad|ya no (?:está|existe)|não (?:foi )?(?:encontrad|existe)|removid",
  "excluíd|apagad|non (?:è stat[oa] )?trovat|non esiste|rimoss|cancellat[oaei](?!\\p{L})|niet gevonden|verwijderd|bestaat niet",
  "не найден|удал[её]н|не существует|не знайдено|видалено|nie (?:został[aoy]? )?znalezion|usunięt|nie istnieje",
  "nenalezen|odstraněn|smazán|neexistuje|bulunamadı|silin(?:di|miş)|kaldırıl|hittades inte|borttag|finns inte",
  "ikke (?:fundet|funnet)|slettet|fjernet|ei löyt|poistettu|nem található|törölt|nu a fost găsit|șters|δεν βρέθηκε",
  "見つかりません|削除され|存在しません|找不到|不存在|已(?:被)?(?:删除|刪除|移除|下架)|未找到|찾을 수 없|삭제되|존재하지 않",
  "غير موجود|لم يتم العثور|یافت نشد|حذف شد|không tìm thấy|đã bị xóa|tidak ditemukan|dihapus|ไม่พบ",
);

/** Where sites have people sign in. */
export const LOGIN_PATH =
  /\/(?:log-?in|sign-?in|signin|log_in|sign_in|log-on|logon|wp-login\.php|sso|oauth2?|auth|authenticate|session\/new|sessions\/new|users\/sign_in|accounts?\/(?:login|signin)|member(?:s|ship)?\/login|ucp\.php|anmelden|anmeldung|einloggen|connexion|identification|iniciar-?sesion|ingresar|acceso|entrar|accedi|inloggen|logga-in|logowanie|zaloguj|prihlaseni|giris|vhod|oturum-ac)(?:[/.?;&]|$)/i;

export const LOGIN_WORDS = any(
  word("log ?in|log on|sign ?in|login|signin|anmelden|anmeldung|einloggen|connexion|se connecter|connectez-vous"),
  word(
    "iniciar sesión|inicia sesión|acceder|entrar|iniciar sessão|fazer login|accedi|inloggen|aanmelden|logga in|logg inn",
  ),
  word(
    "log ind|kirjaudu|zaloguj|logowanie|přihlá\\p{L}*|giriş yap|oturum aç|войти|вход|авториз\\p{L}*|увійти|bejelentkez\\p{L}*",
  ),
  "ログイン|サインイン|登录|登入|登錄|로그인|تسجيل الدخول|ورود|đăng nhập|masuk|เข้าสู่ระบบ|σύνδεση|autentific",
);

/** That one has to sign in to see what is there. */
export const LOGIN_DEMANDS = any(
  "(?:must|need to|have to|please|required to)(?: first)? (?:be )?(?:log|sign|logged|signed)(?:ged)?[ -]?(?:in|on)(?: or (?:register|sign up))?(?: (?:to|before|in order to) (?:view|see|access|continue|proceed|download|watch|use|do that|do this|open)|[^.]{0,20}first)",
  "(?:log|sign) ?in (?:or (?:register|sign up|join) )?to (?:view|see|access|continue|proceed|download|watch|open|confirm your age)",
  "you (?:are not|aren't|must be|need to be|have to be) (?:logged|signed)[ -]in|log ?in (?:is )?required|requires? (?:a )?(?:log ?in|sign ?in)",
  "(?:content|page|file|image|album|photo|profile|forum|site) is (?:only )?(?:private|restricted to members|for (?:registered )?members)|members[ -]only",
  "(?:melden sie sich|melde dich|bitte) (?:an|anmelden|einloggen),? um|(?:müssen|musst) (?:sie |du )?(?:sich |dich )?(?:angemeldet|eingeloggt|anmelden|einloggen)",
  "(?:connectez-vous|vous devez (?:être connecté|vous connecter)|identifiez-vous) (?:e )?(?:pour|afin)|vous devez être (?:connecté|membre)",
  "(?:inicia sesión|debes iniciar sesión|tienes que iniciar sesión|debe iniciar sesión|debes estar registrado)",
  "(?:faça login|entre|você precisa (?:estar logado|fazer login)) para|devi (?:accedere|effettuare (?:il login|l'accesso))|accedi per",
  "(?:необходимо|нужно|требуется) (?:войти|авториз)|(?:войдите|авторизуйтесь),? чтобы|только для зарегистрированных",
  "musisz (?:być zalogowany|się zalogować)|zaloguj się,? aby|pro zobrazení se (?:musíte )?přihl|görmek için giriş|(?:u moet|je moet) (?:ingelogd|inloggen)",
  "ログインして|ログインが必要|请先?登录|請先?登入|需要登录|登录后(?:查看|才能)|로그인(?:이 필요|하세요|해 주세요| 후)|يجب تسجيل الدخول",
);

export const AGE_PATH =
  /\/(?:over-?18|age-?(?:gate|verif\w*|check|confirm\w*)|verify-?age|adult-?(?:content|warning|gate)|nsfw-?gate)(?:[/.?;&]|$)/i;

/** In tags, in small letters. */
export const AGE_TAGS =
  /\b(?:id|class|name|action)=(?:[\w-]+ )*[\w/.?-]*(?:age[_-]?(?:gate|verif|check|confirm|wall)|over[_-]?18|is[_-]?adult|adult[_-]?(?:warning|gate|confirm)|nsfw[_-]?gate)/;

export const AGE_COOKIE =
  /^(?:age_?(?:verified|gate|check|confirmed)|over_?18|is_?adult|adult_?(?:confirmed|warning)|nsfw)/i;

export const AGE_DEMANDS = any(
  word(
    "(?:must|need to|have to) be (?:at least |over )?(?:18|21|eighteen)|are you (?:at least |over )?(?:18|21|of legal age)|you are (?:at least |over )?(?:18|21)|i am (?:at least |over )?(?:18|21)|under (?:18|the age of (?:18|21))|(?:18|21)\\+? (?:years|only|or older)",
  ),
  word(
    "(?:verify|confirm|check) (?:your|my) age|age (?:verification|gate|check|confirmation|restricted|restriction)|legal age",
  ),
  word(
    "enter your (?:date of birth|birth ?date|birthday|age)|adults only|adult (?:content|imagery|material|site|website)",
  ),
  word(
    "mature (?:content|audiences?)|age of majority|18\\+|nsfw|erotic or adult|sexually explicit|is quarantined|for adults|sensitive (?:media|content)",
  ),
  word(
    "(?:mindestens|über|schon|bereits) 18|18 jahre|volljährig|alters(?:verifikation|kontrolle|prüfung|nachweis|bestätigung)",
  ),
  word(
    "18 ans|majeure?s?|18 años|mayor(?:es)? de (?:edad|18)|maior(?:es)? de (?:idade|18)|18 anos|maggiorenn[ei]|18 anni",
  ),
  word(
    "18 jaar|meerderjarig|leeftijd(?:scontrole|sverificatie)|18 år|åldersverifiering|18 lat|pełnoletni[aą]?|18 let|plnolet\\p{L}*",
  ),
  word(
    "18 yaş\\p{L}*|исполнилось 18|18 лет|старше 18|совершеннолет\\p{L}*|возраст\\p{L}*|18 років|18 éves|18 ani|18 ετών|18 tuổi",
  ),
  "18歳|年齢(?:確認|認証)|(?:年满|已满|未满|滿|满)\\s*18|18\\s*(?:岁|歲)|年龄(?:确认|验证)|成人内容|19세|18세|성인\\s?인증|연령 확인|18 (?:عام|سن)|18 ปี",
);

/** What is to be clicked at such a gate to come in. */
export const AGE_ENTER = any(
  "(?<!\\d)(?:18|21) ?(?:\\+|years|or |jahre|ans|años|anos|anni|lat|let|лет|歳|岁|歲|세)|(?:over|am|bin|ai|tengo|мне|есть|of) [^.]{0,12}(?:18|21|age)",
  word("enter|yes|agree|i agree|accept|confirm|continue|proceed|verify|i am|i'm|adult|view|show"),
  word(
    "ja|eintreten|betreten|weiter|bestätigen|oui|entrer|confirmer|continuer|sí|si|entrar|sim|confirmar|continuar|sì|entra",
  ),
  word("conferma|ga verder|tak|wejdź|wejście|ano|vstoupit|evet|giriş|да|войти|подтвердить|igen|belépés|intră|ναι"),
  "はい|入る|是|进入|進入|예|입장|نعم",
);

/** And to go away again: by both the long ones of lawyers are known. */
export const AGE_LEAVE = any(
  word(
    "no|leave|exit|under (?:18|21)|get me out|nein|verlassen|non|quitter|sortir|salir|sair|não|esci|nee|nie|wyjdź|wyjście",
  ),
  word("ne|odejít|hayır|çıkış|нет|выйти|покинуть|nem|kilépés|nu|όχι"),
  "いいえ|否|离开|離開|아니|나가기|لا",
);

export const BIRTH_FIELD = /birth|\bdob\b|\bage\b|\byear\b|\bmonth\b|geburt|naissance|nacimiento|nascimento|nascita/;

export const GEO_DEMANDS = any(
  "(?:not|n't|un|in)[ -]?(?:currently |yet )?(?:available|accessible|supported|offered|permitted|allowed|licensed|viewable|open)(?: for viewing)?(?: (?:in|from|for|to|within|by)){1,2} (?:people |users |visitors |viewers )?(?:in |from )?(?:your|this|the) (?:current |geographic(?:al)? )?(?:country|region|location|area|territory|state|jurisdiction)",
  "(?:not|n't|un)[ -]?available (?:in|to)[^.]{0,40} (?:european (?:union|economic area)|eea|eu|united kingdom|u\\.?k|germany|france|russia)(?!\\p{L})",
  "(?:blocked|restricted|denied|banned|prohibited|forbidden|disabled|withheld)(?: access)? (?:in|from|for|to) (?:users (?:in|from) )?(?:your|this) (?:country|region|location|area|state)",
  "your (?:country|region|location|geographic location) (?:is|has been) (?:not supported|blocked|banned|restricted|not allowed)",
  "(?:is|been) geo-?(?:blocked|restricted|fenced)|banned the country or region|visitors from your (?:country|region)|outside (?:of )?(?:your|the allowed) (?:country|region)",
  "european (?:union|economic area)[^]{0,160} (?:access cannot be granted|cannot be granted|unable to|unavailable|not able to)",
  "in (?:ihrem|deinem|diesem) land (?:leider )?nicht (?:verfügbar|zugänglich|abrufbar)|nicht verfügbar in (?:ihrem|deinem|ihrer|deiner) (?:land|region)",
  "(?:pas|plus|in)\\s?(?:accessible|disponible) (?:dans|depuis) votre (?:pays|région)|no (?:está|esta|se encuentra) disponible en (?:su|tu) (?:país|región|ubicación|zona)",
  "não (?:está )?disponível (?:em|no|na) (?:seu|sua|teu|tua) (?:país|região)|non (?:è )?disponibile (?:nel tuo|nel suo|nella tua|nella sua) (?:paese|regione|area)",
  "niet beschikbaar in (?:uw|jouw|je) (?:land|regio)|inte tillgänglig\\p{L}* i ditt (?:land|område)|niedostępn\\p{L}* w (?:twoim|państwa) (?:kraju|regionie)",
  "(?:недоступ|не доступ|заблокир|ограничен)\\p{L}*[^.]{0,30} (?:в|из|для) (?:вашей|вашем|вашего) (?:стран|регион)|ve vaší zemi (?:není|nedostupn)",
  "(?:ülkenizde|bölgenizde|ülkenizden) (?:şu anda )?(?:kullanılamıyor|mevcut değil|erişilemiyor|görüntülenemiyor|erişime)",
  "お住まいの(?:国|地域)|(?:国|地域)(?:では|からは)[^。]{0,20}(?:利用|視聴|閲覧|表示|アクセス)できません|所在(?:的)?(?:国家|地区|区域|國家|地區|區域)[^。]{0,15}(?:不可用|无法|無法|不支持|不提供|受限|不能)",
  "(?:국가|지역)에서(?:는)? [^.]{0,20}(?:이용|사용|시청|볼|접속)하?ㄹ? ?수 없",
);
