"""Finding and answering: no SQL, no Discord, no network."""

import os

# Read by the OpenMP of torch and of faiss when they are loaded. Threads that spin while they wait take the
# processor from the thread they wait for: beside a busy process, encoding took 2 to 9 times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
