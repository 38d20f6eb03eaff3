"""Makes the worker light: modules that Rasa imports and no turn ever uses are answered by inert stand-ins.

Workers and `townclerk train` switch it on: whoever evaluates or runs `rasa` at the command line gets the real modules.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from abc import ABCMeta
from collections.abc import Sequence
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from bot.errors import NotInWorker

#: Modules that the worker never uses, with all below them: what Rasa imports each for, and the MB that it takes when
#: the others are not there.
STAND_INS = {
    "aiohttp": "calls action servers; our actions run in process: 9",
    "aiormq": "the errors of a message broker; there is none: 2",
    "apscheduler": "reminders; no action of ours sets any: 8",
    "boto3": "conversations in DynamoDB; ours are in the town's database: 9",
    "dask": "Rasa's graph runner; ours is bot/runner.py: 4",
    "jsonschema": "checks the answers of action servers: 3",
    "jwt": "signed calls to Rasa's own channels: 9, most of it cryptography",
    "matplotlib": "the pictures of `rasa test`: 13",
    "portalocker": "prints to a terminal that does not keep up: 6, most of it redis",
    "pymongo": "conversations in MongoDB: 14",
    "requests": "telemetry, which is off: 6",
    "sanic": "Rasa's web server; the worker listens on no port: 12",
    "scipy.sparse.csgraph": "part of scipy.sparse, and brings scipy.linalg; turns only multiply sparse rows: 13",
    "sklearn": "splits examples to train neural networks; our classifier does without: 50",
}
#: Packages that import every module in them, and the one of these whose names they offer here.
SHALLOW = {
    # The others are clients of a dozen messengers: 37.
    "rasa.core.channels": "channel",
}


def install() -> None:
    """Answer the listed modules by stand-ins from now on, those excepted that are imported already.

    Call it before anything of Rasa's is imported. Every use of a stand-in, but naming it, raises NotInWorker.
    """
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder(frozenset(name for name in [*STAND_INS, *SHALLOW] if name not in sys.modules)))


def one_core() -> None:
    """Keep numpy, which is not yet imported, to one thread: a turn has one core, where threads only cost."""
    os.putenv("OPENBLAS_NUM_THREADS", "1")


def settle() -> None:
    """Call it when the model is loaded: what is there now stays, and is not gone through again in search of garbage.

    It is 100 ms of a turn, now and then, without this.
    """
    gc.collect()
    gc.freeze()


def is_stand_in(module: ModuleType) -> bool:
    """Whether a module is a stand-in, wholly or but for one module of it."""
    return isinstance(module, _Module)


class _Finder(MetaPathFinder, Loader):
    """Finds the listed modules before anybody else does, and all below them."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        listed = _listed(fullname)
        if listed not in self._names:
            return None
        if listed in STAND_INS:
            return ModuleSpec(fullname, self, is_package=True)
        # A shallow package lies where the real one does, so that its modules are found.
        spec = PathFinder.find_spec(fullname, path) if fullname == listed else None
        if spec is not None:
            spec.loader = self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ in SHALLOW:
            inner = importlib.import_module(f"{module.__name__}.{SHALLOW[module.__name__]}")
            vars(module).update({name: value for name, value in vars(inner).items() if not name.startswith("_")})


class _Module(ModuleType):
    """A module that has every name; each is a class that cannot be used."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(self.__name__, name)


class _Type(ABCMeta):
    """The type of stand-ins; below ABCMeta, so that they can be mixed with abstract classes."""

    def __getattr__(cls, name: str) -> type:
        # Of a class that is Rasa's own, and only derived from a stand-in, a missing name is missing.
        if name.startswith("__") or _Unusable not in cls.__bases__:
            raise AttributeError(name)
        return _stand_in(f"{cls.__module__}.{cls.__qualname__}", name)


class _Unusable(Exception, metaclass=_Type):
    """What every stand-in derives from: an exception, so that `except` clauses can name it."""

    def __new__(cls, *args: object, **kwargs: object) -> _Unusable:
        stand_in = next(base for base in cls.__mro__ if _Unusable in base.__bases__)
        raise _refusal(f"{stand_in.__module__}.{stand_in.__qualname__}")

    def __class_getitem__(cls, item: object) -> type:
        return cls


@cache
def _stand_in(module: str, name: str) -> type:
    return _Type(name, (_Unusable,), {"__module__": module})


def _listed(name: str) -> str:
    """Return the entry of the lists under which `name` falls; "" when there is none."""
    parts = name.split(".")
    above = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((module for module in above if module in STAND_INS or module in SHALLOW), "")


def _refusal(name: str) -> NotInWorker:
    listed = _listed(name)
    return NotInWorker(
        f"{name} was used, but workers run without {listed}, to save memory; take {listed} off the list in bot/lean.py."
    )
