"""The tools, one a file: a new file with a Tool in it is a new tool, named as the file."""
