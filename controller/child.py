"""Spawn, watch and end a process tree. The only owner of subprocess and psutil in the controller."""
