"""Faults planted in what a life changed: which of them the tests of two trees notice. Run by a gate, in its sandbox."""
