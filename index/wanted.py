"""The kind of answer that a question asks for. Pure."""

import re

from index.types import Wanted

_PLACES = (
    r"clubs?|teams?|sides?|leagues?|countr(?:y|ies)|cit(?:y|ies)|nations?|stadiums?|giants|outfits?|rivals"
)
_PEOPLE = (
    r"names|players|stars|lads|managers|coaches|bosses|candidates|targets|strikers|forwards|wingers|midfielders"
    r"|defenders|keepers|goalkeepers|youngsters|signings"
)
_THINGS = (
    r"games?|match(?:es)?|defeats?|wins?|results?|jobs?|positions?|numbers?|troph(?:y|ies)|titles?|cups?|awards?"
    r"|injur(?:y|ies)|papers?|outlets?|clauses?|deals?|offers?|words?|ways?|parts?|kinds?|seasons?|windows?"
)
_ASKING = (
    (Wanted.REASON, r"why|whys|how come|what for|^(?:and )?y"),
    (Wanted.MONEY, r"how (?:much|cheap|dear|expensive|many (?:mil|euro|quid|pound)\w*)"),
    (
        Wanted.TIME,
        r"when|whens|how (?:long|soon)|how many (?:days|weeks|months|years|seasons)|(?:un)?til"
        r"|(?:what|which) (?:day|date|month|year|time)",
    ),
    (Wanted.COUNT, r"how (?:many|old|often|far)|number of"),
    (Wanted.PLACE, rf"where|wheres|(?:what|which) (?:\w+ ){{0,2}}(?:{_PLACES})"),
    (Wanted.LIST, rf"who (?:all|else)|(?:what|which) (?:\w+ ){{0,2}}(?:{_PEOPLE})|(?:name|list) (?:all|the)"),
    (Wanted.ANYTHING, rf"which (?:\w+ ){{0,2}}(?:{_THINGS})|what|whats|how|hows"),
    (Wanted.PERSON, r"who|whos|whose|whom|which"),
)
_MONEY = re.compile(
    r"\b(?:fees?|costs?|prices?|priced|worth|valu(?:e|ed|ation)|wages?|salary|buy-?out|bids?|pa(?:y|id)|payoff"
    r"|spen[dt]|earn|(?:release|exit) clause|on a week)\b"
    r"|\b(?:ask|bid|demand|offer|want)(?:s|ing|ed)? (?:\w+ )*for\b"
)
_YES_NO = re.compile(
    r"(?:(?:and|but|so|also|or) )?(?:(?:\w+ ){0,3}\d\d(?:\d\d)? )?"
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|would|could|should|might)(?:nt)?|will|wont|can|cant"
    r"|may)\b(?! \d)"
)
_PATTERNS = [(kind, re.compile(rf"\b(?:{pattern})\b")) for kind, pattern in _ASKING]


def wanted(text: str) -> Wanted:
    """The first word that asks decides; a question without one wants money, if it speaks of money at all."""
    words = " ".join(re.findall(r"[\w-]+", re.sub(r"['’]", "", text.lower())))
    if _YES_NO.match(words):
        return Wanted.YES_NO
    asked = [(found.start(), order) for order, (_, p) in enumerate(_PATTERNS) if (found := p.search(words))]
    kind = _PATTERNS[min(asked)[1]][0] if asked else Wanted.ANYTHING
    return Wanted.MONEY if kind is Wanted.ANYTHING and _MONEY.search(words) else kind
