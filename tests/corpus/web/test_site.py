import pytest

from corpus.web.site import own_address, site_of

FOUND = "https://www.terrace.example/football/ruiz"


@pytest.mark.parametrize(
    ("claimed", "address"),
    [
        (
            "https://www.terrace.example/football/ruiz-price",
            "https://www.terrace.example/football/ruiz-price",
        ),
        ("https://terrace.example/ruiz?utm_source=x#top", "https://terrace.example/ruiz"),
        ("//m.terrace.example/ruiz", "https://m.terrace.example/ruiz"),
        ("/football/ruiz-price", "https://www.terrace.example/football/ruiz-price"),
        ("http://www.terrace.example/ruiz", "https://www.terrace.example/ruiz"),
    ],
)
def test_a_page_is_called_what_it_calls_itself_within_its_site(claimed: str, address: str) -> None:
    assert own_address(claimed, FOUND) == address


@pytest.mark.parametrize(
    "claimed",
    [
        None,
        "",
        "https://www.bbc.co.uk/sport/1",
        "https://www.bbc.co.uk\\@www.terrace.example/1",
        "https://www.bbc.co.uk@terrace.example/1",
        "https://terrace.example.evil.example/1",
        "https://sports.terrace.example/1",
        "https://www.terrace.example:8443/1",
        "http://www.terrace.example:443/1",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://www.terrace.example/",
        "https://[::1",
        "https://" + "a" * 3000,
    ],
)
def test_a_page_is_never_called_what_only_another_site_may_say(claimed: str | None) -> None:
    assert own_address(claimed, FOUND) == FOUND


def test_tracking_is_left_out_of_where_a_page_was_found() -> None:
    assert own_address(None, FOUND + "?utm_source=feed#comments") == FOUND


def test_prefixes_of_browsers_and_telephones_make_no_other_site() -> None:
    assert {site_of(f"https://{p}terrace.example/a") for p in ("", "www.", "m.", "amp.")} == {
        "terrace.example"
    }
    assert site_of("https://m.com/") == "m.com"
    assert site_of("http://[") == ""
