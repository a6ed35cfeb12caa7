"""Where to find a species."""


def by_species(sheets):
    """Numbers of sheets by species."""
    index = {}
    for one in sheets:
        index.setdefault(one.species, []).append(one.number)
    return {species: sorted(numbers) for species, numbers in sorted(index.items())}
