"""On what was measured: a figure without its machine says little."""

import os
import platform
import resource
import sys
from importlib.metadata import version
from pathlib import Path

from index.encode import _dtype

LIBRARIES = ("torch", "sentence-transformers", "faiss-cpu", "tantivy")


def describe() -> dict[str, str]:
    import torch

    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores; encodes in {_dtype(torch)}",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def peak_megabytes() -> float:
    """The most memory that this process ever held.

    On Linux `ru_maxrss` starts from what the parent held, so the kernel's own mark is read there.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1000


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
