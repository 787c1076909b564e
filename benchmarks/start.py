"""One start of the program in a process of its own: `python -m benchmarks.start DIRECTORY QUESTIONS`."""

import asyncio
import json
import sys
import time
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path


async def start(directory: Path, questions: int) -> dict[str, float]:
    began = time.perf_counter()
    import_module("torch")
    import_module("sentence_transformers")
    imported = time.perf_counter()
    from benchmarks.machine import peak_megabytes
    from benchmarks.questions import QUESTIONS
    from bot.app import open_services
    from bot.config import Config, DataSection

    async with open_services(Config(data=DataSection(directory=directory))) as services:
        engine = await services.load()
        ready = time.perf_counter()
        await engine.ask(QUESTIONS[0])
        answered = time.perf_counter()
        for question in islice(cycle(QUESTIONS), questions):
            await engine.ask(question)
        return {
            "import_s": imported - began,
            "ready_s": ready - imported,
            "answered_s": answered - imported,
            "peak_mb": peak_megabytes(),
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(start(Path(sys.argv[1]), int(sys.argv[2])))))
