"""Text that passes between model, tools and memory: bounded, fenced, numbered. Pure."""

import hashlib
import re

from controller.contract import Birth

LAZY = re.compile(
    r"^\s*(#|//|\[|\()\s*(\.\.\.|…|.*(existing code|(code|goes) here))"
    r"|\b(rest|remainder|remaining|other)\b.{0,40}\b(unchanged|as before|omitted)",
    re.IGNORECASE,
)


def clip(text: str, limit: int, rest: str = "") -> str:
    """Head and tail, where that saves any; `rest`: where the whole is."""
    half, where = limit // 2, rest and f"; {rest}"
    gap = f"\n[… {len(text) - limit} characters left out{where} …]\n"
    return text[:half] + gap + text[half - limit :] if len(text) > limit + len(gap) else text


def lazy(text: str, before: str) -> str:
    """The first new line that stands for code instead of being it."""
    return next((line.strip() for line in text.splitlines() if LAZY.search(line) and line not in before), "")


def fence(text: str, birth: Birth) -> str:
    """Text set apart as data, by a word that it cannot hold on purpose."""
    marker = "data-" + hashlib.sha256(f"{birth.run} {birth.generation}".encode()).hexdigest()[:12]
    return f"<{marker}>\n{text.replace(marker, 'data').strip() or '(none)'}\n</{marker}>"


def numbered(lines: list[str], first: int, last: int, margin: int = 0) -> str:
    start = max(first - margin, 1)
    return "\n".join(f"{number:3} {line}" for number, line in enumerate(lines[start - 1 : last + margin], start))


def syntax_problem(path: str, source: str) -> str:
    try:
        if path.endswith(".py"):
            compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"{path} does not compile: {error}"
    return ""
