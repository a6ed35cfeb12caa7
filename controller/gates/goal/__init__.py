"""The gate goal, and how the checks of a goal are run: for the gate, and when it is asked whether the goal is met."""
