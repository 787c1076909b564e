"""How reports word what they claim about where a person goes. Pure.

The patterns read a sentence with its names masked (`index.claims`): §P is the person, §O are other persons,
§C0, §C1 … are clubs and whatever else is written with a capital letter.
"""

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache


class Move(Enum):
    JOIN = "join"
    LEAVE = "leave"
    RENEW = "renew"


class Stage(Enum):
    DENIED = "denied"
    """Somebody says that it will not happen."""
    PENDING = "pending"
    NEAR = "near"
    """Nothing but the signature is missing."""
    AGREED = "agreed"
    DONE = "done"
    OFF = "off"
    """It was tried, and has come to nothing."""


class Ground(Enum):
    """What a claim about something ahead rests on. Two that rest on different things may both be true."""

    WISH = "wish"
    """What the person wants."""
    CLUB = "club"
    """What a club wants, plans or considers."""
    COURSE = "course"
    """What will come, or is agreed."""


_CLUB = r"(?P<club>§C\d+)"
_ANY = r"§C\d+(?:'s)?"
_ASIDE = r"(?:, (?:\d+|who [^,;§]{1,60}),| \(\d+\))?"
_OF = "".join(
    rf"(?<!\b{word} )"
    for word in (
        *("over", "of", "for", "with", "to", "from", "by", "on", "like", "unlike", "about", "under", "at"),
        *("replace", "replacing", "sign", "signing"),
    )
)
_P = rf"(?:{_OF}§P(?!'s){_ASIDE}(?:,? who)?|§P, who)"
_BREAKS = (
    r"(?:but|after|before|while|although|though|if|who|whom|which|than|not|never|instead|despite|when|as"
    r"|follow\w*|beyond|alongside)\b"
)
_STOPS = (
    r"(?:and|or|that|to|for|from|with|by|in|on|at|of|like|without|replac\w*|because|since|until|unless|under"
    r"|over|about|ahead|during|amid|against|into|out|through|so|is|was|are|were|has|have|had)\b"
)
_OWN = (
    r"(?: (?:have|has|had|now|also|officially|finally|since|already|both|just|today|then|eventually"
    r"|formally))*"
)
_SAID = rf"(?:{_OWN}|(?: (?:have|has))?(?: now)? (?:reportedly|verbally))"


def _words(most: int, also: str = "") -> str:
    """Up to so many words of one clause."""
    return rf"(?:,? (?!{_BREAKS})(?:[\w£€$.'/-]+{also})){{0,{most}}}"


_CROSSING = "|" + _ANY
_BEFORE_NAME = rf"(?:,? (?!{_BREAKS}|{_STOPS})(?:[\w£€$.'/-]+|{_ANY}|§O,?(?: and(?= ))?)){{0,6}}"
_KIND = r"(?:rivals|champions|side|giants|outfit|leaders|team|club)"
_TO_CLUB = rf"(?: the| fellow)?(?: {_ANY}| [\w-]+)?(?: {_KIND})? {_CLUB}(?! {_KIND}\b)"
_GOING = (
    r"(?:set|expected|expects|clos(?:es?|ing|er)|nearing|verge|brink|line|likely|ready|poised|due|about"
    r"|talks|negotiations"
    r"|could|may|might|will|would|keen|tipped|linked|wants?|hopes?|hoping|plans?|planning|prepar\w+"
    r"|looking|looks?|efforts|aim\w*|push\w*"
    r"|working|interest|interested|consider\w*|monitor\w*|eye\w*|target\w*|pursu\w*|favourites?|advanced"
    r"|step|open|desperate"
    r"|readying|poised|leading|pole|weighing|willing|bids?|offers?)"
)
_JOINING = (
    r"(?:join|joining|sign(?:ing)?(?: [\w-]+){0,3} (?:contract|deal) with|sign for|signing for"
    r"|(?:move|moving|switch|switching|transfer|return|returning|heading|head) to)"
)
_SIGNING = (
    r"(?:sign|(?<!new )(?<!summer )signing|signature|complete|completing|seal|land|landing|buy|appoint"
    r"|appointing|hire|hiring"
    r"|bring in|snap up"
    r"|(?:deal|move|approach|bid|offer|swoop|race|talks|attempt) (?:for|to sign|to bring in)|interest in"
    r"|pursuit of|signing of|(?:deal|agreement|terms|talks) with)"
)
_SELLING = (
    r"(?:sack|sacking|sell|selling|offload\w*|part(?:ing)? (?:ways|company) with|dismiss|dismissing|axe|axing"
    r"|cash(?:ing)? in on|listen to offers for)"
)
_LEAVING = (
    r"(?:leave|leaving|depart|departing|quit|exit|be sold|be sacked|be axed|be dismissed|lose his job"
    r"|move away|moving away)"
)
_AVERSE = (
    r"(?:(?:are|is|remains?) (?:unlikely|reluctant|unwilling|not (?:expected|set|looking|willing|prepared"
    r"|ready|going)) to|(?:have|has) no (?:plans?|intention|desire) (?:to|of)"
    r"|(?:do not|does not|don't|doesn't) (?:want|intend|plan) to|determined not to|(?:is|are) refusing to"
    r"|refuses? to)"
)
_NEW_DEAL = (
    r"(?:(?:new|fresh|improved|extended|long-term)(?: [\w-]+){0,2} (?:contract|deal|terms|agreement)"
    r"|(?:contract |one-year |two-year )?extension|his (?:[\w-]+ )?(?:contract|stay|deal))"
)
_IS_DONE = r"(?:was|is|has been|were)"

_PATTERNS: Mapping[tuple[Move, Stage], tuple[str, ...]] = {
    (Move.JOIN, Stage.DONE): (
        rf"{_P}{_OWN} (?:joined|joins|signed for|signs for|signed with|moved to){_TO_CLUB}",
        (
            rf"{_P}{_OWN} (?:completed|sealed|finalised){_words(5)} (?:move|transfer|switch|return"
            rf"|loan){_words(3, _CROSSING)} to{_TO_CLUB}"
        ),
        rf"{_P}{_words(6, _CROSSING)}, joining{_TO_CLUB}",
        rf"{_P} (?:was|has been|were){_OWN} (?:sold|loaned) to{_TO_CLUB}",
        rf"{_OWN} (?:sold|loaned){_BEFORE_NAME} §P to{_TO_CLUB}",
        rf"{_P} signs{_words(10)} as new {_CLUB}",
        rf"{_CLUB}(?:'s)? (?:new|latest) (?:signing|recruit|arrival|boy|manager|head coach|boss) §P",
        (
            rf"{_CLUB}{_OWN} (?:signed|unveiled|appointed|hired|recruited|snapped up|bought){_BEFORE_NAME}"
            rf" §P(?!'s)"
        ),
        (
            rf"{_CLUB}{_OWN} (?:completed|announced|confirmed|sealed) (?:the |a )?(?:[\w-]+ )?(?:signing"
            rf"|transfer|arrival|appointment|capture|deal|move)s? (?:of|for|to sign){_BEFORE_NAME} §P(?!'s)"
        ),
        (
            rf"{_P} {_IS_DONE}{_OWN} (?:appointed|named|unveiled|announced|confirmed)(?: as)?(?: the| a)?(?:"
            rf" new)? {_CLUB}"
        ),
    ),
    (Move.LEAVE, Stage.DONE): (
        (
            rf"{_P}{_OWN} (?:left|departed|quit) (?:the club|his (?:role|post|position|job)|by mutual"
            rf"|{_CLUB}(?= (?:to|for|in|on|after|by|at|last|this|as|following|and|with)\b|[.,;]|$))"
        ),
        (
            rf"{_P} (?:was|has been|were){_OWN} (?:sacked|dismissed|axed|fired|relieved of|sold)(?! "
            rf"(?:from|for the|in the))(?: (?:by"
            rf"|as) {_CLUB})?"
        ),
        (
            rf"(?:{_CLUB}|[Cc]lub){_OWN} (?:sacked|dismissed|axed|fired|parted (?:ways|company) with"
            rf"|sold){_BEFORE_NAME} §P(?!'s)"
        ),
        rf"(?:[Aa]fter|[Ff]ollowing|[Ss]ince) (?:sacking|dismissing|firing){_BEFORE_NAME} §P(?!'s)",
        rf"(?:[Aa]fter|[Ff]ollowing|[Ss]ince){_words(2)} §P's (?:sacking|dismissal)",
        rf"{_P}{_words(8)} (?:after|following|since) his (?:sacking|dismissal|departure)",
        rf"§P,? whom? {_CLUB}{_OWN} (?:sacked|dismissed|axed|fired)",
    ),
    (Move.RENEW, Stage.DONE): (
        rf"{_P}{_OWN} (?:signed|signs|penned|inked|put pen to paper on)(?: [\w-]+){{0,3}}? {_NEW_DEAL}",
        rf"{_P}{_OWN} extended his (?:[\w-]+ |{_CLUB} ){{0,2}}(?:contract|deal|stay|agreement)",
    ),
    (Move.JOIN, Stage.AGREED): (
        rf"{_P}{_SAID} agreed{_words(6)} (?:to|join|for|with){_TO_CLUB}",
        (
            rf"{_CLUB}{_SAID} (?:agreed|reached|struck){_words(8, _CROSSING)} (?:for|to sign|over|for the"
            rf" signing of|with){_BEFORE_NAME} §P(?!'s)"
        ),
        rf"{_SAID} agreed{_words(4)} (?:sell|sale of){_BEFORE_NAME} §P to{_TO_CLUB}",
        rf"{_P}{_SAID} agreed to become {_CLUB}",
    ),
    (Move.RENEW, Stage.AGREED): (rf"{_P}{_SAID} agreed(?: to sign)?(?: [\w-]+){{0,3}}? {_NEW_DEAL}",),
    (Move.JOIN, Stage.OFF): (
        (
            rf"{_CLUB}{_OWN} (?:pulled out of|ended their|walked away from|missed out on|lost out on"
            rf"|abandoned|dropped)(?:{_words(6)} (?:for|in|to sign))?{_BEFORE_NAME} §P(?!'s)"
        ),
        (
            rf"{_P}{_OWN} (?:rejected|turned down|snubbed|ruled out)(?: (?:a|an|the){_words(4)} (?:from|to"
            rf"|to join)| joining)?{_TO_CLUB}"
        ),
    ),
    (Move.JOIN, Stage.DENIED): (
        (
            rf"{_CLUB}{_words(3)} (?:(?:are|is) (?:not|no longer) (?:interested in|pursuing|planning to sign"
            rf"|looking to sign)|(?:will not|won't) (?:sign|appoint|move for|be signing)|have no interest"
            rf" in){_BEFORE_NAME} §P(?!'s)"
        ),
        (
            rf"{_P} (?:is not|is no longer|will not be|isn't) (?:interested in|joining|keen on|moving to"
            rf"|leaving for){_words(5)}{_TO_CLUB}"
        ),
        rf"{_CLUB}{_words(3)} {_AVERSE} {_SIGNING}{_BEFORE_NAME} §P(?!'s)",
        rf"{_P}{_words(2)} {_AVERSE} {_JOINING}{_TO_CLUB}",
        (
            rf"{_CLUB}{_words(3)} (?:(?:deny|denies|denied|dismissed|played down|rubbished)(?: \w+){{0,3}}"
            rf" (?:reports|claims|interest|talks|links|speculation|approach|bid)"
            rf"|(?:have|has) (?:ruled out|decided against))"
            rf"{_words(4)}{_BEFORE_NAME} §P(?!'s)"
        ),
    ),
    (Move.LEAVE, Stage.DENIED): (
        (
            rf"{_P}{_words(4)} (?:will|would|set to|expected to|wants? to|likely to|happy to|going to"
            rf"|decided to|hopes? to|plans? to){_words(2)} (?:stay|remain)(?= (?:put|at|with|as|until|beyond"
            rf"|for|here|there|this|next)\b|[.,]|$)"
        ),
        (
            rf"{_P} (?:(?:will not|won't|is not going to) {_LEAVING}|is not for sale|(?:has|have) no "
            rf"(?:plans|intention|desire) (?:to|of) {_LEAVING})"
        ),
        (
            rf"{_CLUB}{_words(4)} (?:(?:will not|won't|not (?:going|planning|looking|prepared) to)"
            rf" {_SELLING}|no (?:plans|intention) (?:to|of) {_SELLING})(?! both\b){_BEFORE_NAME} §P(?!'s)"
        ),
        rf"{_P}{_words(2)} {_AVERSE} {_LEAVING}",
        rf"{_CLUB}{_words(3)} {_AVERSE} {_SELLING}(?! both\b){_BEFORE_NAME} §P(?!'s)",
        rf"{_P}(?: is|'s) (?:going nowhere|not going anywhere|staying (?:put|at)|committed to|settled at)\b",
        (
            rf"{_CLUB}{_words(3)} (?:determined|wants?|keen|intends?|plans?|hop(?:es?|ing)|set|expected"
            rf"|desperate) to (?:keep|retain|hold on to|hang on to){_BEFORE_NAME} §P(?!'s)"
        ),
    ),
    (Move.RENEW, Stage.DENIED): (
        rf"{_P}{_words(4)} (?:refus\w+|reject\w*|turned down)(?: to sign)?(?: [\w-]+){{0,3}}? {_NEW_DEAL}",
        (
            rf"{_P}{_words(2)} {_AVERSE} (?:sign|agree|extend|pen|signing|agreeing)(?: [\w-]+){{0,3}}?"
            rf" {_NEW_DEAL}"
        ),
    ),
    (Move.JOIN, Stage.PENDING): (
        rf"(?:^|: )(?:[\w-]+ |{_ANY} ){{0,3}}§P to {_JOINING}{_TO_CLUB}",
        rf"(?:^|: ){_CLUB} to {_SIGNING}{_BEFORE_NAME} §P(?!'s)",
        rf"{_P}{_words(6)} {_GOING}{_words(6)} {_JOINING}{_TO_CLUB}",
        rf"{_CLUB}(?!'s){_words(6)} {_GOING}{_words(7, _CROSSING)} {_SIGNING}{_BEFORE_NAME} §P(?!'s)",
        (
            rf"{_CLUB} (?:are |is |still |also |reportedly )*(?:wants?|interested in|keen on|targeting"
            rf"|eyeing|monitoring|pursuing|tracking){_BEFORE_NAME} §P(?!'s)"
        ),
        (
            rf"{_CLUB}{_words(4)} (?:made|submitted|lodged|tabled|preparing|planning|readying){_words(5)} "
            rf"(?:bid|offer){_words(4, _CROSSING)} (?:for|to sign){_BEFORE_NAME} §P(?!'s)"
        ),
        (
            rf"§P's{_words(3)} (?:move|transfer|switch|return)(?: from {_ANY})? to {_CLUB} (?:is|could|looks"
            rf"|edges|would)"
        ),
        (
            rf"{_P}{_words(4)} (?:set to|will|expected to|could|poised to|likely to|ready to) (?:become|be "
            rf"(?:appointed|named|unveiled)(?: as)?)(?: the| a)?(?: next| new)? {_CLUB}"
        ),
    ),
    (Move.JOIN, Stage.NEAR): (
        rf"{_P}{_words(6)} medical (?:at|with|ahead of){_words(4)}{_TO_CLUB}",
        rf"{_P} (?:is |are )?(?:set|due|about) to {_JOINING}{_TO_CLUB}",
        rf"{_P} will {_JOINING}{_TO_CLUB}",
    ),
    (Move.LEAVE, Stage.PENDING): (
        rf"(?:^|: )(?:[\w-]+ |{_ANY} ){{0,3}}§P to {_LEAVING}(?! it\b)(?: {_CLUB})?",
        rf"{_P}{_words(6)} {_GOING}{_words(4)} {_LEAVING}(?! it\b)(?: {_CLUB})?",
        rf"{_CLUB}(?!'s){_words(5)} {_GOING}{_words(4)} {_SELLING}{_BEFORE_NAME} §P(?!'s)",
        (
            rf"{_P}{_words(6)} (?:set|closes?|closing|poised|likely|linked|edging|pushing|heading"
            rf"|bound){_words(4)}(?: (?:exit|departure))(?: from {_CLUB})?"
        ),
        r"§P sack odds",
    ),
    (Move.RENEW, Stage.PENDING): (
        (
            rf"{_P}{_words(6)} {_GOING}{_words(3)} (?:sign|signing|agree|agreeing|pen|penning|extend"
            rf"|extending|secure)(?: [\w-]+){{0,3}}? {_NEW_DEAL}"
        ),
        (
            rf"(?:offer\w*|talks|negotiations)(?: over| with)?{_BEFORE_NAME} §P(?: over| about)?(?:"
            rf" [\w-]+){{0,2}}? {_NEW_DEAL}"
        ),
        rf"{_P}{_words(5)} (?:talks|negotiations) (?:over|about|on|regarding)(?: [\w-]+){{0,2}}? {_NEW_DEAL}",
    ),
}
TERMS = "personal terms"
"""What is agreed with a person, which leaves the clubs to agree."""
AHEAD = {Stage.PENDING, Stage.NEAR}
SETTLED = {Stage.DONE, Stage.AGREED, Stage.OFF}
SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|until|once|should|not|never|den(?:y|ies|ied)|wish\w*|could|would|might|may"
    r"|imagine|rumours?|claim\w*"
    r"|no|hop\w+|when)\b[^;:§]{0,40}$",
    re.IGNORECASE,
)
PAST = re.compile(
    r"\b(?:(?:could|would|should|might) have|(?:were|was|came) (?:close|on the|set|in talks|keen|linked"
    r"|interested|expected|ready|likely|also)|(?:was|were) (?:widely )?(?:believed|thought)|spurn\w*"
    r"|allowed|had been"
    r"|had (?:also )?(?:hoped|wanted|planned|looked)|almost|nearly|missed out|failed (?:to|with|in)"
    r"|previously|respectively|last (?:summer|year|season|january|week)|(?:in|since) (?:19|20)\d\d"
    r"|(?:years?|months?) ago|back in|having)\b",
    re.IGNORECASE,
)
LONG_AGO = re.compile(
    r"\b(?:respectively|(?:years?|months?) (?:ago|earlier|before)|back in|originally|first (?:joined|time)"
    r"|(?<!until )(?<!to )(?:in|of|january|february|march|april|may|june|july|august|september|october"
    r"|november|december)"
    r" (?:19|20)\d\d|last (?:summer|winter|year|season|term|january|august|september)|earlier this)\b",
    re.IGNORECASE,
)
NEWS = re.compile(
    r"\b(?:has|have|been|officially|announce\w*|confirm\w*|unveil\w*|finalised|today|yesterday|deadline day"
    r"|this (?:week|month|summer|window)|last (?:week|weekend|night|month)"
    r"|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
"""Told as news, not as what everybody knows of somebody."""

DOUBTED = re.compile(
    r"\b(?:not|no|never|nobody|neither|unlikely that|doubt\w*|den(?:y|ies|ied)|rul\w+ out|if"
    r"|unless|whether|until|once|should|remains? to be seen|rumou?rs?|speculation|despite|instead of"
    r"|rather than|could|may|might)\b|n't\b",
    re.IGNORECASE,
)
"""In what leads to a claim, or in one of something hoped for: nobody says so without reserve."""
CONDITION = re.compile(
    r"^[^;:]{0,60}?(?:\b(?:if|unless|until|but|without|before|except|only|on (?:a )?(?:permanent|loan))\b"
    r"|\bfor (?:less|anything|under|[€£$\d]))",
    re.IGNORECASE,
)
"""Behind a claim: on what it hangs."""
RECALLED = re.compile(r"^\W*(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d")
"""A line of a chronicle."""
PURSUED = re.compile(
    r"\b(?:talks|negotiations|bids?|offers?|approach|interest|race|pursuit|monitor\w*|target\w*|attempt|keen"
    r"|consider\w*|eye\w*|linked|tipped|favourites?)\b"
)
"""That somebody is wanted is not yet that he comes."""
COURSE = re.compile(
    r"\b(?:set|expected|clos(?:es|ing|er)|close to|nearing|verge|brink|likely|unlikely|poised|about|will"
    r"|won't|agreed|reached|struck|medical|bound|edg(?:es|ing)|going nowhere|not going anywhere|staying)\b"
    r"|^(?:: )?[^:]*§P to "
)
WISH = re.compile(
    r"\b(?:wants?|hop(?:es?|ing)|keen|push\w*|happy|love|desperate|decided|plans?|intends?|intention|desire"
    r"|eager|open|interested|refus\w+|reject\w*|turned down|snubbed|ruled out|reluctant|unwilling|willing"
    r"|committed|settled|looking to)\b"
)


@cache
def wordings() -> list[tuple[Move, Stage, re.Pattern[str]]]:
    """Each with what it claims; the group `club` is the club, where the wording names one."""
    return [
        (move, stage, re.compile(pattern))
        for (move, stage), patterns in _PATTERNS.items()
        for pattern in patterns
    ]
