import subprocess
import sys


def test_threads_of_the_model_sleep_while_they_wait() -> None:
    """Set before any of the libraries that read it is loaded, and only unless somebody chose otherwise."""
    program = "import os, sys, index; assert 'torch' not in sys.modules; print(os.environ['OMP_WAIT_POLICY'])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "PASSIVE"
    chosen = subprocess.check_output(
        [sys.executable, "-c", program], text=True, env={"OMP_WAIT_POLICY": "ACTIVE", "PATH": ""}
    )
    assert chosen.strip() == "ACTIVE"
