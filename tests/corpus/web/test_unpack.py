import gzip
import zlib

import pytest

from corpus.errors import FetchError
from corpus.web.unpack import TooMuchError, unpacker

TEXT = b"Kane stays. " * 2_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED = [
    pytest.param("", TEXT, id="nothing said"),
    pytest.param("identity", TEXT, id="identity"),
    pytest.param("gzip", gzip.compress(TEXT), id="gzip"),
    pytest.param(" GZip ", gzip.compress(TEXT), id="gzip in other letters"),
    pytest.param("x-gzip", gzip.compress(TEXT[:999]) + gzip.compress(TEXT[999:]), id="two members"),
    pytest.param("gzip", gzip.compress(TEXT) + b"\0" * 20, id="padded"),
    pytest.param("deflate", zlib.compress(TEXT), id="deflate"),
    pytest.param("deflate", raw_deflate(TEXT), id="raw deflate"),
]


@pytest.mark.parametrize(("coding", "data"), PACKED)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_a_body_is_unpacked_as_it_was_packed_however_it_is_cut(coding: str, data: bytes, size: int) -> None:
    unpacking = unpacker(coding, len(TEXT))
    for start in range(0, len(data), size):
        unpacking.feed(data[start : start + size])
    unpacking.finish()
    assert unpacking.body() == TEXT


@pytest.mark.parametrize(("coding", "data"), PACKED)
def test_no_more_is_unpacked_than_was_agreed_and_that_is_kept(coding: str, data: bytes) -> None:
    unpacking = unpacker(coding, len(TEXT) - 1)
    with pytest.raises(TooMuchError):
        unpacking.feed(data)
    assert unpacking.body() == TEXT[:-1]


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_packs_nothing_is_counted_too(coding: str) -> None:
    unpacking = unpacker(coding, 1_000)
    nothing = gzip.compress(b"") if coding == "gzip" else zlib.compress(b"")[:2] + b"\0\0\0\xff\xff"
    with pytest.raises(TooMuchError):
        unpacking.feed(nothing + (nothing if coding == "gzip" else b"\0\0\0\xff\xff") * 400)
    assert unpacking.body() == b""


@pytest.mark.parametrize(("coding", "data"), PACKED[2:5] + PACKED[6:])
def test_a_body_that_ends_early_is_noticed(coding: str, data: bytes) -> None:
    unpacking = unpacker(coding, len(TEXT))
    unpacking.feed(data[:-3])
    with pytest.raises(EOFError):
        unpacking.finish()


@pytest.mark.parametrize(
    "data",
    [b"<html>", gzip.compress(TEXT) + b"more", gzip.compress(TEXT)[:-8] + b"12345678"],
    ids=["no gzip", "more behind it", "wrong checksum"],
)
def test_a_damaged_body_is_noticed(data: bytes) -> None:
    with pytest.raises(zlib.error):
        unpacker("gzip", len(TEXT)).feed(data)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, br", "compress", "rot13", "*"])
def test_other_ways_of_packing_are_refused_in_words(coding: str) -> None:
    with pytest.raises(FetchError, match="paste its text"):
        unpacker(coding, 1)


def test_an_empty_body_is_empty_however_it_claims_to_be_packed() -> None:
    unpacking = unpacker("gzip", 1)
    unpacking.finish()
    assert unpacking.body() == b""
