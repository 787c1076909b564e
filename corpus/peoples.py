"""Countries and what their people are called. Pure."""

import re
from functools import cache

from corpus.names import entities, fold


@cache
def country_of(word: str) -> str | None:
    """The country of a folded word for its people, of one or of many: "swede", "swedes", "swedish"."""
    return _countries().get(word) or _countries().get(word.removesuffix("s"))


@cache
def people_pattern() -> re.Pattern[str]:
    """Finds, as articles write them, the words that `country_of` takes, and "Sweden international"."""
    people = "|".join(sorted((word.title() for word in _countries()), key=len, reverse=True))
    countries = "|".join(sorted(set(_countries().values())))
    return re.compile(rf"\b(?:(?P<people>{people})|(?P<country>{countries}) international)\b")


@cache
def _countries() -> dict[str, str]:
    rows = entities("peoples.csv")
    return {fold(word): row["country"] for row in rows for word in row["people"].split(";")}
