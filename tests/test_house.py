"""The house stands: floors, guards, sizes, languages. Each rule is a function, and is shown to catch a breach."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required, permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.contenttypes.fields import GenericForeignKey
from django.core.management import call_command, get_commands
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.test.utils import isolate_apps
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.utils import translation

from config import catalogues, start

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {  # an app may point at a lower floor only; analytics and journal at nothing of ours
    "operations": 4,
    "demonstration": 4,
    "ussd": 3,
    "bot": 3,
    "campaigns": 2,
    "people": 1,
    "analytics": 0,
    "journal": 0,
}
ROOMS = (*FLOORS, "config", "gateways", "understanding")
MOST_LINES = 400
MOST_STATEMENTS = 30
MOST_TASK_LINES = 6
INTERNAL = {"NJIA_TEST_DATA", "NJIA_SUPERVISED"}  # set by ourselves, nothing for an operator
# Views that anybody may see: health, the chat that people use, the way in
PUBLIC = {
    "chat",
    "say",
    "chat-delete",
    "chat-embed",
    "answers",
    "login",
    "second",
    "admin-login",
    "accept",
    "invitation",
    "set_language",
    "api-document",
    "healthz",
    "readyz",
}
# Views for every member of staff, whatever the role
FOR_ALL_STAFF = {
    "home",
    "logout",
    "admin-password",
    "account",
    "second-app",
    "second-passkey",
    "second-codes",
    "second-remove",
    "password",
    "end-session",
    "end-others",
    "first-hour",
}


def sources(*folders: str) -> list[Path]:
    """The Python files of these folders, without what Django writes."""
    return [
        file
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in file.parts
    ]


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for file in sources(*folders):
        yield file.relative_to(ROOT), ast.parse(file.read_text(encoding="utf-8"))


# --- tables ---------------------------------------------------------------------------------------


def climbing(of: Iterable[type[models.Model]]) -> list[str]:
    """Relations that point at a floor that is not below their own."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in of
        for field in model._meta.get_fields(include_hidden=True)
        if _climbs(model, field)
    ]


def _climbs(model: type[models.Model], field: Any) -> bool:
    if isinstance(field, GenericForeignKey):
        return True  # points anywhere
    if not field.is_relation or field.auto_created or model._meta.auto_created:
        return False
    here, there = model._meta.app_label, field.related_model._meta.app_label
    return here in FLOORS and there in FLOORS and here != there and FLOORS[here] <= FLOORS[there]


def test_no_table_points_up():
    assert climbing(apps.get_models(include_auto_created=True)) == []


@isolate_apps("people", "campaigns", "journal")
def test_table_that_points_up_is_caught():
    class Blast(models.Model):  # noqa: DJ008 - never shown
        class Meta:
            app_label = "campaigns"

    class Person(models.Model):  # noqa: DJ008
        blast = models.ForeignKey("campaigns.Blast", models.CASCADE)

        class Meta:
            app_label = "people"

    assert climbing([Person, Blast]) == ["people.Person.blast"]


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", "--check", "--dry-run", "--verbosity", "0")


# --- views ----------------------------------------------------------------------------------------


def unguarded(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Names (or routes) of views that neither ask a permission nor are public by decision."""
    return [
        pattern.name or str(pattern.pattern)
        for pattern in walk(patterns)
        if not asks_permission(pattern.callback)
        and pattern.name not in (PUBLIC if is_public(pattern.callback) else FOR_ALL_STAFF)
    ]


def walk(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """All views except the admin's, which check the permission of each model themselves."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns if pattern.app_name != "admin" else ())
        else:
            yield pattern


def asks_permission(view: Callable[..., Any]) -> bool:
    """Whether one of the view's decorators, or its class, asks for a permission."""
    if issubclass(getattr(view, "view_class", object), PermissionRequiredMixin):
        return True
    return any(
        getattr(cell.cell_contents, "__qualname__", "").startswith("permission_required.")
        for layer in layers(view)
        for cell in getattr(layer, "__closure__", None) or ()
    )


def is_public(view: Callable[..., Any]) -> bool:
    return getattr(view, "login_required", True) is False


def layers(view: Callable[..., Any]) -> Iterator[Any]:
    """The view and what its decorators wrap."""
    layer: Any = view
    while layer is not None:
        yield layer
        layer = getattr(layer, "__wrapped__", None)


def test_every_view_is_guarded():
    assert unguarded(get_resolver().url_patterns) == []


def test_unguarded_view_is_caught():
    def view() -> Callable[[HttpRequest], HttpResponse]:
        return lambda _: HttpResponse()

    ask = permission_required("people.see", raise_exception=True)
    patterns = [
        path("a", view(), name="open"),
        path("b", login_not_required(view()), name="public"),
        path("c", login_not_required(view()), name="login"),
        path("d", ask(view()), name="guarded"),
        path("e", view(), name="home"),
    ]
    assert unguarded(patterns) == ["open", "public"]


# --- sizes ----------------------------------------------------------------------------------------


def statements(function: ast.AST) -> int:
    return sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def long_functions(tree: ast.Module) -> list[str]:
    return [each.name for each in functions(tree) if statements(each) > MOST_STATEMENTS]


def long_tasks(tree: ast.Module) -> list[str]:
    """Tasks that do more than fetch and call one rule."""
    return [
        each.name
        for each in functions(tree)
        if any("task" in ast.unparse(decorator) for decorator in each.decorator_list)
        and body_lines(each) > MOST_TASK_LINES
    ]


def body_lines(function: ast.FunctionDef) -> int:
    """Lines of a body, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]


def test_no_file_is_long():
    files = sources(*ROOMS, "tests")
    long = [file for file in files if len(file.read_text().splitlines()) > MOST_LINES]
    assert [str(file.relative_to(ROOT)) for file in long] == []


def test_no_function_is_long():
    assert {str(file): long for file, tree in trees(*ROOMS) if (long := long_functions(tree))} == {}


def test_tasks_only_fetch_and_call_one_rule():
    files = ((file, tree) for file, tree in trees(*ROOMS) if file.name == "tasks.py")
    assert {str(file): long for file, tree in files if (long := long_tasks(tree))} == {}


def test_long_function_and_task_are_caught():
    code = "@shared_task\ndef job():\n    '''Why.'''\n" + "    x = 1\n" * 31
    assert long_functions(ast.parse(code)) == ["job"]
    assert long_tasks(ast.parse(code)) == ["job"]
    assert long_tasks(ast.parse(code.replace("    x = 1\n" * 31, "    x = 1\n" * 6))) == []


# --- locks ----------------------------------------------------------------------------------------


def shared_locks(trees: Iterable[tuple[Path, ast.Module]]) -> list[str]:
    """Modules whose advisory lock has a number that another module's has: they would wait for each other."""
    name = re.compile(r"(\w+_)?(LOCKS?|SLOT)")
    taken: dict[object, list[str]] = {}
    for file, tree in trees:
        for node in tree.body:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and name.fullmatch(target.id):
                taken.setdefault(ast.literal_eval(node.value), []).append(str(file))
    return [file for files in taken.values() if len(files) > 1 for file in files]


def test_no_two_modules_lock_one_number():
    assert shared_locks(trees(*ROOMS)) == []


def test_shared_lock_is_caught():
    one, other = ast.parse("LOCK: Final = 0x6E6A"), ast.parse("LOCKS = 0x6E_6A")
    apart = ast.parse("LOCK = (0x6E6A, 1)")
    assert shared_locks([(Path("a"), one), (Path("b"), other), (Path("c"), apart)]) == ["a", "b"]


# --- words ----------------------------------------------------------------------------------------


def leaning(trees: Iterable[tuple[Path, ast.Module]]) -> list[str]:
    """Modules that take something out of a test: what several need has a module with a name of its own."""
    test = re.compile(r"tests\.(\w+\.)*test_\w+")
    return [
        str(file)
        for file, tree in trees
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and test.fullmatch(node.module or "")
    ]


def test_no_test_leans_on_another():
    assert leaning(trees("tests")) == []


def test_leaning_test_is_caught():
    one, other = "from tests.ussd.test_hop import dial", "from tests.ussd.hops import hop"
    told = [(Path(code[-4:]), ast.parse(code)) for code in (one, other)]
    assert leaning(told) == ["dial"]


def test_every_module_says_what_it_is():
    silent = [
        str(file)
        for file, tree in trees(*ROOMS, "tests")
        if tree.body and file.name not in ("apps.py", "urls.py", "__init__.py")
        if ast.get_docstring(tree) is None
    ]
    assert silent == []


def variables() -> set[str]:
    """Names of environment variables that any room reads."""
    name = re.compile(r"NJIA_[A-Z_]+|DATABASE_URL|REDIS_URL")
    return {
        node.value
        for _, tree in trees(*ROOMS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and name.fullmatch(node.value)
    } - INTERNAL


def of_compose() -> set[str]:
    """Names of variables that the compose file asks the operator's .env for."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def test_every_variable_is_explained_and_no_other():
    text = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)) == variables() | of_compose()


def test_first_steps_exist():
    assert [
        name
        for name, *_ in (*start.STEPS, *start.DEMONSTRATION_STEPS)
        if name not in get_commands()
    ] == []


# --- languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [code for code, _ in settings.LANGUAGES])
def test_language_can_be_spoken(code):
    with translation.override(code):
        assert translation.gettext("no such text") == "no such text"
        assert translation.ngettext("one", "more", 5) == "more"
    assert translation.get_language_info(code)["name_local"]


def test_catalogues_are_sound():
    assert [fault for file in catalogues.catalogues() for fault in catalogues.faults(file)] == []


def test_every_catalogue_is_of_a_language_that_is_offered():
    offered = {translation.to_locale(code) for code, _ in settings.LANGUAGES}
    assert {file.parent.parent.name for file in catalogues.catalogues()} <= offered
