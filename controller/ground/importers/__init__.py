"""From folders of others to tasks: a file an importer, listed in `registry`."""
