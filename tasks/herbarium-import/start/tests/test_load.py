from herbarium.index import by_species
from herbarium.load import load


def test_plain_file(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("accession,species,found\n12,Carex flava,1911\n7,Carex flava,1902\n")
    assert by_species(load(path)) == {"Carex flava": [7, 12]}
