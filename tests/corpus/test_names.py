import pytest

from corpus.names import fold, is_person_like


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Ødegaard", "odegaard"),
        ("GUÉHI", "guehi"),
        ("St. Pauli", "st pauli"),
        ("Łukasz  Piszczek", "lukasz piszczek"),
        ("Yıldız", "yildiz"),
        ("d'Or", "d or"),
        ("", ""),
    ],
)
def test_folding_takes_accents_case_and_punctuation_away(name: str, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize(
    "name",
    [
        "Xabi Alonso",
        "Florentino Pérez",
        "Raúl",
        "Kane",
        "Virgil van Dijk",
        "McTominay",
        "DeAndre Yedlin",
        "LeBron",
    ],
)
def test_people_are_taken_for_people(name: str) -> None:
    assert is_person_like(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Real Madrid", "Bayer Leverkusen", "Man Utd", "Arsenal", "FC Barcelona", "Bayern Munich", "Madrid"),
        *("Los Blancos", "Les Bleus", "PSG", "TEAMtalk"),
        *("Champions League", "Club World Cup", "Serie A"),
        *("Monday", "January", "Old Trafford", "Reds", "Sky Sports"),
        *("KaneWith Xabi Alonso", "Xabi AlonsoThe", "WhatsApp Hardie", "London-based"),
        *("Italian", "Spaniard", "Dutchman", "Iranian", "Iran", "France"),
    ],
)
def test_clubs_competitions_countries_peoples_and_days_are_not(name: str) -> None:
    assert not is_person_like(name)
