"""The stand-in for TensorFlow: importing works, using it says what to do instead."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
import tensorflow
from tensorflow import TensorFlowMissing


@pytest.mark.parametrize("name", ["tensorflow", "tensorflow.keras.layers", "tensorflow.python.x.y", "keras.utils"])
def test_any_part_can_be_imported(name: str) -> None:
    assert importlib.import_module(name)


def test_its_classes_can_be_subclassed_and_named_in_annotations() -> None:
    class Layer(tensorflow.keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: tensorflow.Tensor | None) -> tensorflow.Tensor: ...

    assert Layer.__name__ == "Layer"


def test_using_it_says_what_is_missing_and_what_to_do() -> None:
    with pytest.raises(TensorFlowMissing, match=r"tensorflow\.Variable needs TensorFlow.*docs/rasa\.md"):
        tensorflow.Variable(1)


def test_using_a_subclass_says_so_too() -> None:
    class Dense(tensorflow.keras.layers.Layer):  # type: ignore[misc]
        pass

    with pytest.raises(TensorFlowMissing, match="Dense needs TensorFlow"):
        Dense(4)


def test_dunder_names_are_not_invented() -> None:
    with pytest.raises(AttributeError):
        _ = tensorflow.__wrapped__


def test_reporting_to_rasas_makers_is_off_whatever_the_environment_says() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import os; print(os.environ['RASA_TELEMETRY_ENABLED'])"],
        env={"RASA_TELEMETRY_ENABLED": "true"},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert shown.stdout.strip() == "false"
