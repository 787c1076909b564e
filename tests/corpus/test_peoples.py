import pytest

from corpus.peoples import country_of, people_pattern


@pytest.mark.parametrize(
    ("word", "country"), [("swede", "Sweden"), ("swedes", "Sweden"), ("dutch", "Netherlands"), ("kane", None)]
)
def test_a_people_has_its_country(word: str, country: str | None) -> None:
    assert country_of(word) == country


def test_people_are_found_as_articles_write_them() -> None:
    found = people_pattern().findall("The Swede and South Korean Son met Wales international Neco in Sweden")
    assert found == [("Swede", ""), ("South Korean", ""), ("", "Wales")]
