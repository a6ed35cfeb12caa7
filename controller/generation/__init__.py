"""One try at a generation: live, fetch, judge, record."""
