"""Repositories, lineages, their log and trailers: the only room that runs git."""
