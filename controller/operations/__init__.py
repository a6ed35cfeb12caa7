"""What an operator does to a lineage between lives: roll back, adopt, resume, judge by hand."""
