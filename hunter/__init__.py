"""The mutant hunter: runs in a life's clone, from its root; standard library, pytest and hypothesis only.

It changes one detail of a function at a time, keeps the changes that no test notices, searches an input that tells
the changed function from the original, and prints a test that pins the original. It changes no file of the clone.
"""
