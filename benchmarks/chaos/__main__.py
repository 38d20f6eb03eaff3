"""`python -m benchmarks.chaos`: kill the town while citizens talk, then check the books."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.chaos.plan import Plan
from benchmarks.chaos.run import run


def main() -> None:
    """Read the plan from the command line, run it, and end with 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="benchmarks.chaos", description=__doc__)
    normal = Plan()
    for name in ("messages", "conversations", "submissions", "kills", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(normal, name), help="default %(default)s")
    plan = Plan(**vars(parser.parse_args()))
    var = Path(tempfile.mkdtemp(prefix="townclerk-chaos-"))
    report = asyncio.run(run(plan, var, lambda line: print(line, file=sys.stderr, flush=True)))
    print("\n".join(report.lines()))
    print(f"the processes' log: {var / 'log'}", file=sys.stderr)
    raise SystemExit(0 if report.kept else 1)


if __name__ == "__main__":
    main()
