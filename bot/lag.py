"""How late the event loop is: what keeps it busy keeps everybody waiting."""

import asyncio
from collections import deque

SAMPLES = 60
EVERY_S = 1.0


class Lag:
    """Measured each second, remembered for a minute."""

    def __init__(self) -> None:
        self._late_s: deque[float] = deque(maxlen=SAMPLES)

    @property
    def worst_s(self) -> float:
        return max(self._late_s, default=0.0)

    async def watch(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY_S
            await asyncio.sleep(EVERY_S)
            self._late_s.append(max(0.0, loop.time() - due))
