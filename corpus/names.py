"""Names of clubs, competitions, countries, peoples and days, told from names of persons. Pure."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)
_PUNCTUATION = re.compile(r"[^\w\s]")
_LANGUAGE = re.compile(r"\s*\[\w+\]$")
_LEGAL_FORM = re.compile(r"^(?:fc|afc|cf|sc|ac|as)\b|\b(?:fc|afc|cf|sc|ac|as)$")
_COMMON_PART = re.compile(
    r"\b(?:academy|association|bundesliga|champions|championship|city|club|copa|cup|derby|eredivisie|euros?|fa|fifa"
    r"|laliga|league|liga|ligue|park|premier|news|radio|rovers|serie|sky|sports?|stadium|town|trophy|uefa|united|utd|wanderers)\b"
)
_PEOPLE = re.compile(
    r"(?:americ|argentin|australi|austri|belgi|brazil|bulgari|cameroon|canadi|chile|colombi|croati|ecuador|egypti|europe"
    r"|georgi|german|ghana|hungari|iran|itali|ivori|mexic|moroc|nigeri|norwegi|peruvi|romani|russi|serbi|slovaki|sloveni"
    r"|tunisi|ukraini|urugu?ay)i?ans?"
    r"|basque|british|catalan|czechs?|danes?|danish|dutch(?:man|men)?|english(?:man|men)?|finnish|french(?:man|men)?"
    r"|germans?|greeks?|irish(?:man|men)?|ivorians?|japanese|korean|moroccans?|polish|portuguese|scots?|scottish|senegalese"
    r"|spaniards?|spanish|swedes?|swedish|swiss|turkish|turks?|welsh(?:man|men)?"
)
_BY_NICKNAME = re.compile(r"(?:gli|il|las?|les?|los|the) ")
_PLACES = re.compile(
    r"africa|america|asia|britain|europe|ivory coast|london|madrid|manchester|merseyside|midlands|saudi"
    r"|south america|anfield|carrington|cobham|elland road|goodison|hillsborough|ibrox|la masia|molineux"
    r"|old trafford|san siro|selhurst|st james|wembley|.* (?:arena|bridge|lane|road|street)"
)
_DAYS = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|christmas|easter|boxing day|deadline day"
)
_RUN_TOGETHER = re.compile(
    r"(?<!Mc)(?<!Mac)(?<!Fitz)(?<!\bD[aei])(?<!\bL[aei])(?<!\bVan)(?<=[a-zà-öø-ÿ])[A-ZÀ-ÖØ-Þ]"
    r"|-(?:[a-z]+ed|born|bound)$"
)
"""A capital after a small letter, but for McTominay and DeAndre; an adjective: London-based."""


def fold(name: str) -> str:
    """Lower case, without accents and punctuation, single spaces."""
    letters = name.lower()
    if not letters.isascii():
        decomposed = unicodedata.normalize("NFKD", letters.translate(_LETTERS))
        letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_PUNCTUATION.sub(" ", letters).split())


def is_person_like(name: str) -> bool:
    """Could this capitalised name be a person's, for all we know of clubs, competitions and countries?"""
    folded = fold(name)
    return not (
        folded in _known_others()
        or _COMMON_PART.search(folded)
        or _BY_NICKNAME.match(folded)
        or _PEOPLE.fullmatch(folded)
        or _PLACES.fullmatch(folded)
        or _DAYS.fullmatch(folded)
        or any(_is_brand(word) for word in name.split())
    )


def _is_brand(word: str) -> bool:
    """Capitals within a word make no surname: PSG, YouTube; nor do two words run together: KaneWith."""
    return sum(map(str.isupper, word)) >= 3 or bool(_RUN_TOGETHER.search(word))


def entities(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of corpus/entities."""
    text = (resources.files("corpus") / "entities" / name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


@cache
def _known_others() -> frozenset[str]:
    """Folded names and nicknames of clubs, with and without "FC" and the like, and of countries."""
    names = set()
    for row in entities("club_nicknames.csv"):
        names |= {fold(name) for name in (row["name"], *row["nicknames"].split(";"))}
    for row in entities("club_aliases_openfootball.csv"):
        names.add(fold(row["country"]))
        for alias in (row["club"], *row["aliases"].split(";")):
            folded = fold(_LANGUAGE.sub("", alias.strip()))
            names |= {folded, _LEGAL_FORM.sub("", folded).strip()}
    return frozenset(names - {""})
