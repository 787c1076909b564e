import json
import pickle

from corpus.wording import Wording

TOO_LONG = Wording(
    "It has {length} characters ({kind}).", length=12345, kind=Wording("much of {what}", what="{it}")
)


def test_a_wording_is_its_english_sentence() -> None:
    assert TOO_LONG == "It has 12,345 characters (much of {it})."
    assert json.dumps(TOO_LONG) == '"It has 12,345 characters (much of {it})."'


def test_a_wording_knows_its_template_and_values_wherever_it_is_taken() -> None:
    copy = pickle.loads(pickle.dumps(TOO_LONG))  # noqa: S301 - our own bytes
    for wording in (TOO_LONG, copy):
        assert wording == str(TOO_LONG)
        assert wording.template == "It has {length} characters ({kind})."
        assert wording.values == {"length": 12345, "kind": "much of {it}"}
        assert wording.values["kind"].template == "much of {what}"
