"""What is measured, against whom: `python -m benchmarks`. docs/benchmarks.md holds the last full run."""

import index as index  # before torch is loaded: it chooses how torch's threads wait
