"""One harness for what kills or disturbs a controller: which run, when, how it goes on, what is compared."""
