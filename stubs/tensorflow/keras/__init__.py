"""Inert Keras: see tensorflow/__init__.py."""

from tensorflow import inert


def __getattr__(name: str) -> type:
    return inert(name)
