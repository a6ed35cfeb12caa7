"""The nursery: planted genomes, hostile and honest, beside the gate that decides about each."""
