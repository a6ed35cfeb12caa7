"""The parent: trusted, run from the operator's checkout, never from a clone. It imports nothing of the agent."""
