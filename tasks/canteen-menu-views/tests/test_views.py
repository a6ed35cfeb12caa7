import ast
from pathlib import Path

import pytest

from canteen.menu import Counter, Dish, Menu
from canteen.screen import screen
from canteen.sheet import sheet
from canteen.web import web

SOUP = Dish("Soup & bread", 250, 380, frozenset({"gluten", "celery"}), vegan=True)
FISH = Dish('Fish "Bremen"', 405, 600, frozenset({"fish", "milk", "lupin"}))
STEW = Dish("Stew, large", 405, None, sold_out=True)
CAKE = Dish("Cake", None, 90, frozenset({"egg"}), sold_out=True)
RICE = Dish("Rice", 99, 100, vegan=True)
PLUM = Dish("Plums", 7, 7, frozenset({"nuts"}), vegan=True, sold_out=True)
MENU = Menu(
    {"Mon": (Counter("East <1>", (STEW, FISH, SOUP, CAKE)), Counter("West", (CAKE,))), "Tue": (Counter("East", (RICE,)),), "Wed": (), "Thu & Fri": (Counter("A", (PLUM, RICE, SOUP)),)},
    frozenset({"Tue", "Sun"}),
)


def test_screen():
    assert screen(MENU, True) == (
        "Mon\n  East <1>\n    Soup & bread * (A,L) 2.50\n    Fish \"Bremen\" (?,D,G) 4.05\n    [Stew, large]\nTue: closed\nWed: nothing\n"
        "Thu & Fri\n  A\n    Rice * 0.99\n    Soup & bread * (A,L) 2.50\n    [Plums * (H)]\n"
    )


def test_screen_for_others():
    assert screen(MENU, False).splitlines()[:6] == [
        "Mon", "  East <1>", "    Soup & bread * (A,L) 3.80", '    Fish "Bremen" (?,D,G) 6.00', "    [Cake (C)]", "  West"
    ]  # fmt: skip


def test_web():
    assert web(MENU, True) == (
        '<div class="menu">\n<h2>Mon</h2>\n<h3>East &lt;1&gt;</h3><ul>\n<li class="vegan">Soup &amp; bread <small>A,L</small> <b>2.50</b></li>\n'
        "<li>Fish &quot;Bremen&quot; <small>?,D,G</small> <b>4.05</b></li>\n<li><s>Stew, large</s></li>\n</ul>\n"
        '<h2>Tue</h2><p class="closed">closed</p>\n<h2>Wed</h2><p class="closed">nothing</p>\n<h2>Thu &amp; Fri</h2>\n<h3>A</h3><ul>\n'
        '<li class="vegan">Rice <b>0.99</b></li>\n<li class="vegan">Soup &amp; bread <small>A,L</small> <b>2.50</b></li>\n'
        '<li class="vegan"><s>Plums <small>H</small></s></li>\n</ul>\n</div>\n'
    )


def test_sheet():
    assert sheet(MENU, True) == (
        'day,counter,dish,vegan,allergens,price\nMon,East <1>,Soup & bread,yes,AL,2.50\nMon,East <1>,"Fish ""Bremen""",no,?DG,4.05\n'
        'Mon,East <1>,"Stew, large",no,,\nTue,,closed,,,\nWed,,nothing,,,\nThu & Fri,A,Rice,yes,,0.99\nThu & Fri,A,Soup & bread,yes,AL,2.50\n'
        "Thu & Fri,A,Plums,yes,H,\n"
    )


def test_sheet_for_others():
    assert sheet(MENU, False, True) == (
        "day,counter,dish,vegan,allergens,price\nMon,East <1>,Soup & bread,yes,AL,3.80\nTue,,closed,,,\nWed,,nothing,,,\nThu & Fri,A,Rice,yes,,1.00\n"
        "Thu & Fri,A,Soup & bread,yes,AL,3.80\nThu & Fri,A,Plums,yes,H,\n"
    )


def test_vegan_only():
    menu = Menu({"Mon": (Counter("East", (FISH, STEW)), Counter("West", (FISH, RICE)))})
    assert screen(menu, True, vegan_only=True) == "Mon\n  West\n    Rice * 0.99\n"
    assert screen(Menu({"Mon": (Counter("East", (FISH, STEW)),)}), True, True) == "Mon: nothing\n"
    assert sheet(menu, True, True).splitlines()[1:] == ["Mon,West,Rice,yes,,0.99"]
    assert web(menu, False, True).splitlines()[2] == "<h3>West</h3><ul>"


def test_order():
    dishes = (Dish("b", 200, 1), Dish("a", 200, 2), Dish("z", 100, 3), Dish("y", 900, 4, sold_out=True), Dish("x", 1, 5, sold_out=True), Dish("w", 0, 0))
    menu = Menu({"d": (Counter("c", dishes),)})
    assert [line.split()[0] for line in screen(menu, True).splitlines()[2:]] == ["w", "z", "b", "a", "[y]", "[x]"]
    assert [line.split(",")[2] for line in sheet(menu, True).splitlines()[1:]] == ["w", "z", "b", "a", "y", "x"]
    assert [line[4:].lstrip("<s>")[0] for line in web(menu, True).splitlines()[3:-2]] == ["w", "z", "b", "a", "y", "x"]
    assert screen(menu, True).splitlines()[2] == "    w 0.00"
    assert web(menu, True).splitlines()[3] == "<li>w <b>0.00</b></li>"
    assert sheet(menu, False).splitlines()[2] == "d,c,b,no,,0.01"


@pytest.mark.parametrize(
    ("view", "text"),
    [(screen, "\n"), (web, '<div class="menu">\n</div>\n'), (sheet, "day,counter,dish,vegan,allergens,price\n")],
)
def test_empty(view, text):
    assert view(Menu(), True) == text


def test_code_lies_in_four_files():
    found = [str(path) for path in Path(".").rglob("*.py") if path.parts[0] != "tests" and path.name != "shown.py"]
    assert sorted(found) == ["canteen/__init__.py", "canteen/menu.py", "canteen/screen.py", "canteen/sheet.py", "canteen/web.py"]


def test_allergens_are_looked_up_once():
    users = [path.name for path in Path("canteen").glob("*.py") if path.name != "menu.py" and "ALLERGENS" in names(path)]
    assert len(users) <= 1


def test_prices_are_formatted_once():
    count = 0
    for path in Path("canteen").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            count += isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and getattr(node.right, "value", None) == 100
    assert count <= 1


def names(path):
    return {node.id for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)}
