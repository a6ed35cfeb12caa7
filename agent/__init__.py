"""The genome: one life, from reading its memory to handing on what it became. Start with `life.py`.

life.py           a life in its steps: steps/choose_goal, work; of a task, steps/solve
conversation.py   the loop with a model; progress.py: what it does not notice; window.py: what it is still sent
workspace.py      the clone: states, check, push; checks.py: tests, ruff, mypy; shell.py: commands within bounds
toolbox.py        what a tool is; tools/: a file each; errors.py: what can go wrong
models/           messages.py: the seam to a model; claude.py: the real one
brief.py          what a life is told first; context.py: the memory; prompts/: all words; text.py: bounded text
"""
