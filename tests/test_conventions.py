"""House rules, each with a message that names the file which breaks it."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Lower may not import higher; whatever stands in newsportal/ outside core is the roof.
RANKS = {"newsportal.core": 0, "articles": 1, "newsletter": 2, "newsportal": 3}
# Inside an app: a module may import from its own layer and from those below.
LAYERS = {
    "states": 0,
    "models": 1,
    # Every other module or package at an app's root is a verb, or a leaf that imports nothing of ours: 2.
    "forms": 3,
    **dict.fromkeys(("views", "feeds", "sitemaps", "admin", "management", "webhooks", "templatetags"), 4),
    **dict.fromkeys(("urls", "apps"), 5),
}
VERBS = 2
BUDGETS = {"module": 400, "test module": 500, "function": 40, "view": 25, "command": 40}
WAITS_FOR_APPS = "ready"


def _files(*folders, suffix=".py"):
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob(f"*{suffix}"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    ]


CODE = _files("newsportal", "articles", "newsletter")
TESTS = _files("tests")


@cache
def _tree(path):
    return ast.parse(path.read_text(), filename=str(path))


def _name(path):
    """The module's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(path): path for path in CODE}


def _at(path, node):
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def _imports(path):
    """(node, dotted name of the module) for every import in a file, at any depth."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = _name(path).split(".") if path.name == "__init__.py" else _name(path).split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            for alias in node.names:
                deeper = f"{base}.{alias.name}"
                yield node, deeper if deeper in MODULES else base


def _app(module):
    """The key of RANKS that a module belongs to; None for one that is not ours."""
    return next((app for app in RANKS if module == app or module.startswith(f"{app}.")), None)


def _layer(module):
    inside = module.removeprefix(f"{_app(module)}").strip(".").split(".")[0]
    return LAYERS.get(inside, VERBS)


def _is_leaf(module):
    """Whether a module at an app's root imports, of ours, nothing but other leaves."""
    if _layer(module) > VERBS or _layer(module) == LAYERS["models"] or module not in MODULES:
        return False
    return all(_is_leaf(name) for _node, name in _imports(MODULES[module]) if _app(name))


def _functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _length(node):
    return node.end_lineno - node.lineno + 1


def _calls(path):
    """(call, names of the classes it stands in) for every call in a file."""

    def visit(node, classes):
        if isinstance(node, ast.Call):
            yield node, classes
        inner = [*classes, node.name] if isinstance(node, ast.ClassDef) else classes
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inner)

    yield from visit(_tree(path), [])


def _refuse(broken, rule):
    assert not broken, "\n".join([rule, *sorted(f"  {line}" for line in broken)])


# --- Who may import whom ----------------------------------------------------------------------------------------------


def test_imports_between_apps_go_one_way():
    broken = [
        f"{_at(path, node)} imports {name}"
        for path in CODE
        for node, name in _imports(path)
        if _app(name) and RANKS[_app(name)] > RANKS[_app(_name(path))]
    ]
    _refuse(broken, "Imports go roof → newsletter → articles → core, never back:")


def test_imports_inside_an_app_go_down_its_layers():
    broken = [
        f"{_at(path, node)} imports {name}"
        for path in CODE
        for node, name in _imports(path)
        if _app(name) == _app(_name(path)) != "newsportal" and _layer(name) > _layer(_name(path)) and not _is_leaf(name)
    ]
    _refuse(broken, "Inside an app: urls → views, feeds → forms → verbs → models → states; never back:")


def test_models_know_no_view_form_admin_or_mail_of_another_app():
    broken = [
        f"{_at(path, node)} imports {name}"
        for path in CODE
        for node, name in _imports(path)
        if _layer(_name(path)) <= LAYERS["models"]
        and _app(name)
        and (_layer(name) > VERBS or name.endswith((".mail", ".tokens")))
    ]
    _refuse(broken, "Models import no verb, form, view or mail:")


def test_articles_name_nothing_of_the_newsletter_and_core_no_app():
    above = {"newsportal.core": r"(articles|newsletter)[.:]\w", "articles": r"newsletter[.:]\w"}
    broken = [
        f"{_at(path, node)} says {node.value!r}"
        for path in CODE
        if _app(_name(path)) in above
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(above[_app(_name(path))] + r"[\w.:]*", node.value)
    ]
    _refuse(broken, "An app below may not name one above, not even in a string:")


def test_imports_stand_at_the_top():
    broken = [
        f"{_at(path, node)} in {function.name}()"
        for path in CODE
        for function in _functions(_tree(path))
        if not (path.name == "apps.py" and function.name == WAITS_FOR_APPS)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    _refuse(broken, "An import inside a function hides a circle (only AppConfig.ready() has to wait):")


# --- Size -------------------------------------------------------------------------------------------------------------


def _over(lines):
    return [
        f"{where}: {length} lines, the budget of a {kind} is {BUDGETS[kind]}"
        for where, kind, length in lines
        if length > BUDGETS[kind]
    ]


def test_modules_keep_to_their_budget():
    sizes = [(path, "module") for path in CODE] + [(path, "test module") for path in TESTS]
    lines = [(path.relative_to(ROOT), kind, len(path.read_text().splitlines())) for path, kind in sizes]
    _refuse(_over(lines), "A second noun is in it; find it and name it:")


def test_functions_keep_to_their_budget():
    lines = [
        (f"{_at(path, node)} {node.name}()", "view" if "views" in path.parts else "function", _length(node))
        for path in CODE + TESTS
        for node in _functions(_tree(path))
    ]
    _refuse(_over(lines), "Too long to be read at a glance:")


def _command_lines(path):
    """How long a command is without its imports and its parser."""
    imports = [node for node in _tree(path).body if isinstance(node, ast.Import | ast.ImportFrom)]
    parsers = [node for node in _functions(_tree(path)) if node.name == "add_arguments"]
    return len(path.read_text().splitlines()) - sum(_length(node) for node in imports + parsers)


def test_commands_parse_call_and_print():
    commands = [path for path in CODE if path.parent.name == "commands" and path.name != "__init__.py"]
    lines = [(path.relative_to(ROOT), "command", _command_lines(path)) for path in commands]
    _refuse(_over(lines), "Logic belongs into a verb that can be imported (imports and parser are not counted):")


# --- Templates --------------------------------------------------------------------------------------------------------


def _inclusion_tags():
    """(where, name of the tag, template) for every inclusion tag."""
    for path in CODE:
        for function in _functions(_tree(path)) if path.parent.name == "templatetags" else []:
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", "") == "inclusion_tag":
                    yield _at(path, function), function.name, decorator.args[0].value


def test_an_inclusion_tag_has_the_name_of_its_template():
    broken = [
        f"{where} {name}() renders {template}"
        for where, name, template in _inclusion_tags()
        if Path(template).name != f"_{name}.html"
    ]
    _refuse(broken, "The tag `card` renders a template named `_card.html`:")


def test_the_template_of_every_inclusion_tag_exists():
    broken = [
        f"{where} {name}() renders {template}"
        for where, name, template in _inclusion_tags()
        if not (ROOT / "templates" / template).is_file()
    ]
    _refuse(broken, "There is no such template:")


# --- States and time --------------------------------------------------------------------------------------------------

STATE = re.compile(r"(state|status)(__\w+)?")


def test_filters_on_a_state_have_names():
    broken = [
        f"{_at(path, call)} says {call.func.attr}({keyword.arg}=…)"
        for path in CODE
        for call, classes in _calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("filter", "exclude", "get")
        for keyword in call.keywords
        if keyword.arg and STATE.fullmatch(keyword.arg) and not any(name.endswith("QuerySet") for name in classes)
    ]
    _refuse(broken, "Ask a named queryset, such as published(now), instead of filtering on a state:")


def _assigned(path):
    """(node, name) for every attribute that is assigned to, also by setattr() and update()."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node, node.attr
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setattr":
            yield from ((node, arg.value) for arg in node.args[1:2] if isinstance(arg, ast.Constant))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update":
            yield from ((node, keyword.arg) for keyword in node.keywords)


def test_only_the_workflow_assigns_a_storys_state():
    broken = [
        _at(path, node)
        for path in CODE
        if _app(_name(path)) != "newsletter" and _name(path) != "articles.workflow"
        for node, name in _assigned(path)
        if name in ("state", "status")
    ]
    _refuse(broken, "A story's state is assigned in articles/workflow.py alone:")


def test_only_verbs_assign_the_state_of_a_subscription():
    broken = [
        _at(path, node)
        for path in CODE
        if _app(_name(path)) == "newsletter" and _layer(_name(path)) != VERBS
        for node, name in _assigned(path)
        if name in ("state", "status")
    ]
    _refuse(broken, "The state of a subscription is assigned in the newsletter's verbs alone:")


def test_time_is_aware():
    broken = [
        f"{_at(path, call)} says {ast.unparse(call)}"
        for path in CODE
        for call, _classes in _calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("now", "utcnow", "today", "utcfromtimestamp")
        and ast.unparse(call.func.value).split(".")[-1] in ("datetime", "date")
    ]
    _refuse(broken, "Use django.utils.timezone, or take `now` as an argument:")


# --- What must not be in the repository -------------------------------------------------------------------------------

# In pieces, so that this file does not name them itself.
FOREIGN = re.compile(
    "|".join(
        [
            r"pypi\." + "org",
            r"python" + "hosted",
            r"registry\.npm" + "js",
            r"(?<![\w.>])/(?:" + "work|root|opt" + r")/",
            r"/home/\w",
        ]
    )
)


def _tracked():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def test_no_file_names_a_package_registry_or_a_folder_of_one_machine():
    broken = []
    for path in _tracked():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        broken += [
            f"{path.relative_to(ROOT)}:{number} has {found[0]}"
            for number, line in enumerate(lines, 1)
            if (found := FOREIGN.search(line))
        ]
    _refuse(broken, "This holds on one machine only:")
