import pytest

from index.types import Wanted
from index.wanted import wanted


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("who replaces Ancelotti?", Wanted.PERSON),
        ("whos the favourite", Wanted.PERSON),
        ("which striker do they want", Wanted.PERSON),
        ("which names are in the frame", Wanted.LIST),
        ("who else were they looking at", Wanted.LIST),
        ("where did Alonso start coaching", Wanted.PLACE),
        ("which spanish club wants him", Wanted.PLACE),
        ("what team is he at", Wanted.PLACE),
        ("how much would Tchouaméni cost", Wanted.MONEY),
        ("how many mil did they pay", Wanted.MONEY),
        ("delap release clause?", Wanted.MONEY),
        ("what was the first bid for him", Wanted.MONEY),
        ("what do they want for him", Wanted.MONEY),
        ("when does his deal end", Wanted.TIME),
        ("how long is he out", Wanted.TIME),
        ("til when", Wanted.TIME),
        ("how many goals has he got", Wanted.COUNT),
        ("how old is he", Wanted.COUNT),
        ("why did he leave", Wanted.REASON),
        ("how come he left", Wanted.REASON),
        ("y did he leave", Wanted.REASON),
        ("is kdb leaving city", Wanted.YES_NO),
        ("and hasn't he signed", Wanted.YES_NO),
        ("march 2024 was xabi off", Wanted.YES_NO),
        ("which defeat finished him", Wanted.ANYTHING),
        ("whats the latest on raul", Wanted.ANYTHING),
        ("raul", Wanted.ANYTHING),
    ],
)
def test_the_kind_of_answer_is_read_from_the_words(text: str, kind: Wanted) -> None:
    assert wanted(text) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("who paid the fee", Wanted.PERSON),
        ("when was the bid", Wanted.TIME),
        ("how much did they pay when he came", Wanted.MONEY),
        ("is the fee agreed", Wanted.YES_NO),
        ("why wont they pay that much", Wanted.REASON),
    ],
)
def test_the_first_word_that_asks_decides(text: str, kind: Wanted) -> None:
    assert wanted(text) is kind
