"""Models behind one Protocol: `messages.py` declares it, each other file is one way to reach a model."""
