"""Every public function has a docstring and a signature at run time, and the stub has the same."""

import ast
import inspect
from pathlib import Path

import pytest

import kzg
from kzg import ckzg


def stub_of_settings() -> ast.ClassDef:
    assert kzg.__file__ is not None
    stub = ast.parse(Path(kzg.__file__).with_name("_kzg.pyi").read_text(encoding="utf-8"))
    return next(node for node in stub.body if isinstance(node, ast.ClassDef) and node.name == "Settings")


def documented() -> dict[str, tuple[str, list[str]]]:
    """The docstring and the names of the arguments of each method of `Settings` in the stub. Of an overloaded method
    the last overload has the docstring."""
    methods = [node for node in stub_of_settings().body if isinstance(node, ast.FunctionDef)]
    return {
        method.name: (ast.get_docstring(method) or "", [argument.arg for argument in method.args.args])
        for method in methods
        if method.name != "__new__"
    }


def test_the_stub_has_all_methods() -> None:
    public = {name for name in vars(kzg.Settings) if not name.startswith("_")}
    assert set(documented()) == public
    assert inspect.getdoc(kzg.Settings) == ast.get_docstring(stub_of_settings())


@pytest.mark.parametrize("name", sorted(documented()))
def test_the_stub_has_the_docstring_and_the_arguments(name: str) -> None:
    docstring, arguments = documented()[name]
    method = vars(kzg.Settings)[name]
    assert docstring
    assert inspect.getdoc(method) == docstring
    if callable(method):
        assert list(inspect.signature(method).parameters) == arguments


def test_functions_have_docstrings() -> None:
    for function in [kzg.Settings, kzg.backends, kzg.kzg_to_versioned_hash]:
        assert inspect.getdoc(function), function
    for name, function in vars(ckzg).items():
        assert name.startswith("_") or inspect.getdoc(function), name
