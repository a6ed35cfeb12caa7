from survey.stages import Tally, known, parsed


def test_known_species_pass():
    records = parsed(["2030-05-02,wren,3,Mill", "2030-05-02,owl,1,Mill"], Tally(), 0)
    assert [record.count for record in known(records, ["owl"])] == [1]
