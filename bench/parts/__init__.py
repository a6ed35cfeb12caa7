"""What the benchmarks are made of: repositories to measure on, callers, a provider, prices; none is a command."""
