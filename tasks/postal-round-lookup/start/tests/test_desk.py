from sorting.desk import Desk


def test_sort():
    desk = Desk([("Harbour Road", 3), ("Mill Lane", 7)])
    assert desk.round_of("mill  lane") == 7
    assert desk.sort(["Harbour Road", "Nowhere"]) == {3: ["Harbour Road"], None: ["Nowhere"]}
