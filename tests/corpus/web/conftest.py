from collections.abc import AsyncIterator

import pytest

from tests.web_double import WebDouble


@pytest.fixture
async def web() -> AsyncIterator[WebDouble]:
    async with WebDouble() as web:
        yield web
