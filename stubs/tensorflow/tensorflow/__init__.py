"""Inert TensorFlow: every name can be imported and subclassed, nothing can be used.

Rasa imports TensorFlow whatever the pipeline is. Here each attribute is an empty class, so that the class
bodies of Rasa's neural components run; calling one raises `TensorFlowMissing`, which says what to do.
"""

import importlib.abc
import importlib.machinery
import sys
import types

MESSAGE = (
    "{name} needs TensorFlow, which Townclerk does not install. Choose a component from config.yml as shipped, "
    "or train with stock Rasa on Python 3.10 (docs/rasa.md says how)."
)


class TensorFlowMissing(ImportError):
    """Something tried to use TensorFlow, not just to import it."""


class _InertMeta(type):
    def __getattr__(cls, name: str) -> type:
        return inert(name)

    def __call__(cls, *args: object, **kwargs: object) -> object:
        if cls.__module__ == __name__:
            raise TensorFlowMissing(MESSAGE.format(name=f"tensorflow.{cls.__name__}"))
        return super().__call__(*args, **kwargs)

    def __or__(cls, other: object) -> object:
        return cls


def inert(name: str) -> type:
    """Return an empty class called `name`; Rasa subclasses it, and must not instantiate it."""
    if name.startswith("__"):
        raise AttributeError(name)

    def refuse(self: object, *args: object, **kwargs: object) -> None:
        raise TensorFlowMissing(MESSAGE.format(name=type(self).__name__))

    return _InertMeta(name, (), {"__module__": __name__, "__init__": refuse, "__slots__": ()})


class _Module(types.ModuleType):
    __path__: list[str] = []

    def __getattr__(self, name: str) -> type:
        return inert(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Invents any submodule of tensorflow and keras that Rasa names."""

    def find_spec(self, fullname, path=None, target=None):  # noqa: ANN001, ANN201
        if fullname.split(".")[0] in ("tensorflow", "keras") and "." in fullname:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec):  # noqa: ANN001, ANN201
        return _Module(spec.name)

    def exec_module(self, module):  # noqa: ANN001, ANN201
        pass


sys.meta_path.append(_Finder())
__version__ = "2.12.0"
newaxis = None


def __getattr__(name: str) -> type:
    return inert(name)
