"""The size of a genome's code: code tokens of the Python files in agent/, as the gates count them."""

from controller.contract import CODE_FILE_BYTES, code_tokens
from controller.git.repository import Repository

GENOME = "agent"


def code_size(repository: Repository, commit: str) -> int:
    """Code tokens of agent/ in a commit. A file that is too large to be read counts a token a byte, as the gates do."""
    total = 0
    for line in repository.run("ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", GENOME).split("\0"):
        meta, _, path = line.partition("\t")
        facts = meta.split()
        if len(facts) != 4 or facts[1] != "blob" or facts[0] == "120000" or not path.endswith(".py"):
            continue
        size = int(facts[3])
        total += size if size > CODE_FILE_BYTES else code_tokens(repository.run("cat-file", "blob", facts[2]))
    return total
