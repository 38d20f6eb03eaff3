"""`python -m benchmarks.nlu`: train and ask each pipeline, print a table in Markdown, keep the figures as JSON.

Beside our own data (data/nlu, asked with tests/nlu) it takes any set in Rasa's format: --set NAME=FOLDER, with
FOLDER/train.yml, FOLDER/test.yml and, if there are texts that belong nowhere, FOLDER/out_of_scope.txt, one a line.
Public sets, none of which is kept here; fetch the files yourself, and mind the licences:

  CLINC150   github.com/clinc/oos-eval (CC BY 3.0): data/data_full.json
  BANKING77  github.com/PolyAI-LDN/task-specific-datasets (CC BY 4.0): banking_data/train.csv, banking_data/test.csv
  HWU64      github.com/xliuhw/NLU-Evaluation-Data (CC BY 4.0): CrossValidation/autoGeneFromRealAnno/.../KFold_1,
             trainset/*.csv and testset/csv/*.csv

  python -m benchmarks.nlu convert banking77 train.csv test.csv
  python -m benchmarks.nlu --set banking77=var/nlu-sets/banking77

Right: the likeliest full intent is the right one, rejected or not. Noticed and rejected: at each pipeline's own
settings, the intent is nlu_fallback or out_of_scope. Training includes starting Rasa. Messages are parsed one at a
time, on one core.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.environments import ROOT, STOCK_RASA, NotHere
from benchmarks.nlu.convert import READERS, convert
from benchmarks.nlu.measure import Figures, measure
from benchmarks.nlu.pipelines import PIPELINES, Pipeline
from benchmarks.nlu.sets import DataSet, examples, kept, own, public, spoilt
from benchmarks.nlu.table import table

#: Of one core: below, others worked on it too; above, a library left it.
SHARED, LEFT = 0.9, 1.1


def say(words: str) -> None:
    """Tell how far it is, beside the table."""
    print(words, file=sys.stderr, flush=True)


def pipelines(arguments: argparse.Namespace, work: Path) -> list[Pipeline]:
    """Make what is compared; what cannot be had here is named and left out."""
    made = []
    for key in arguments.only:
        try:
            made.append(PIPELINES[key](work, arguments.epochs))
        except NotHere as missing:
            say(str(missing))
    return made


def data_sets(arguments: argparse.Namespace) -> list[DataSet]:
    """Read what is asked, with the spoilt copies."""
    found = [] if arguments.skip_own else [own()]
    found += [public(name, Path(folder)) for name, _, folder in (given.partition("=") for given in arguments.set)]
    return [replace(data, messages=data.messages + spoilt(data.messages, arguments.seed)) for data in found]


def rows(arguments: argparse.Namespace, work: Path) -> Iterator[Figures]:
    """Measure one after the other, so that none disturbs another."""
    compared = pipelines(arguments, work)
    for number, data in enumerate(data_sets(arguments)):
        here = work / str(number)
        here.mkdir()
        train = kept(data, here, arguments.each)
        count = sum(1 for _ in examples(train))
        for pipeline in compared:
            say(f"{data.name}: {pipeline.name} ...")
            folder = here / pipeline.key
            folder.mkdir()
            row = measure(pipeline, data, train, count, folder)
            if not SHARED < row.cores_used < LEFT:
                say(f"Its milliseconds mean little: the one core was used {row.cores_used:.2f} times.")
            yield row


def run(arguments: argparse.Namespace) -> None:
    """Measure, keep after every row what is known, and show all."""
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    known: dict[tuple[str, str], Figures] = {}
    if arguments.add and arguments.json.exists():
        old = [Figures(**row) for row in json.loads(arguments.json.read_text())["figures"]]
        known = {(row.data, row.pipeline): row for row in old}
    work = Path(tempfile.mkdtemp(prefix="bench-nlu-"))
    for row in rows(arguments, work):
        known[row.data, row.pipeline] = row
        save(list(known.values()), arguments)
    print(table(list(known.values())))
    say(f"\nAs JSON: {arguments.json}\nModels and logs: {work}")


def save(figures: list[Figures], arguments: argparse.Namespace) -> None:
    """Write the figures and what they depend on."""
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    settings = {"seed": arguments.seed, "stock": STOCK_RASA, "each": arguments.each}
    content = {"machine": machine, "settings": settings, "figures": [asdict(row) for row in figures]}
    arguments.json.write_text(json.dumps(content, indent=2), encoding="utf-8")


def some(keys: str) -> list[str]:
    """Read names of pipelines, with commas."""
    chosen = keys.split(",")
    if unknown := set(chosen) - PIPELINES.keys():
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: there are only {', '.join(PIPELINES)}")
    return chosen


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    made = argparse.ArgumentParser(
        prog="benchmarks.nlu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--set", action="append", default=[], metavar="NAME=FOLDER", help="a public set; as often as told"
    )
    made.add_argument("--skip-own", action="store_true", help="leave our own data out")
    made.add_argument("--only", type=some, default=list(PIPELINES), help=f"of {','.join(PIPELINES)}")
    made.add_argument(
        "--epochs", type=int, default=100, help="of DIET and its ResponseSelector (default 100, as shipped)"
    )
    made.add_argument(
        "--each", type=int, help="train so many examples of each intent at most: all of ours take DIET hours"
    )
    made.add_argument("--seed", type=int, default=1, help="of the noise (default 1)")
    made.add_argument("--json", type=Path, default=ROOT / "var" / "bench-nlu.json", help="where the figures go")
    made.add_argument("--add", action="store_true", help="keep the rows of that file that are not measured now")
    commands = made.add_subparsers(dest="command")
    converting = commands.add_parser("convert", help="turn a public set's files into Rasa's format")
    converting.add_argument("name", choices=READERS)
    converting.add_argument("files", type=Path, nargs="+")
    converting.add_argument("--out", type=Path, help="default var/nlu-sets/NAME")
    return made


def main() -> None:
    """Read the arguments, and convert or measure."""
    arguments = parser().parse_args()
    if arguments.command == "convert":
        folder = arguments.out or ROOT / "var" / "nlu-sets" / arguments.name
        try:
            convert(arguments.name, arguments.files, folder)
        except ValueError as wrong:
            sys.exit(str(wrong))
        print(f"Written to {folder}")
    else:
        run(arguments)


if __name__ == "__main__":
    main()
